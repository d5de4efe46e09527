import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { Outage } from "../../server/app/outage.ts";
import { connectDynamo } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoRoomStore } from "../../server/store/dynamo/dynamo-room-store.ts";
import { openItemTable } from "../../server/store/dynamo/open-item-table.ts";
import { startDynamo } from "../support/dynalite.ts";
import { roomOf, stepOf } from "../support/room-fixtures.ts";
import { errorAnswer, ScriptedDynamo } from "../support/scripted-dynamo.ts";
import { roomStoreContract, twoNodesOfRooms } from "./room-store-contract.ts";

/** Twenty at once take dynalite some time on a machine that does other things too. */
const PATIENT = { attemptMs: 2_000, deadlineMs: 4_000 };

const dynamo = await startDynamo();
afterAll(() => dynamo[Symbol.asyncDispose]());

function openNode(endpoint = dynamo.settings.endpoint) {
  const table = openItemTable({ settings: { ...dynamo.settings, endpoint }, times: PATIENT });
  return { store: new DynamoRoomStore(table), close: () => table.close() };
}

roomStoreContract("DynamoDB", () => twoNodesOfRooms(() => openNode()));

describe("rooms in DynamoDB on a bad day", () => {
  let way: ScriptedDynamo;
  let node: ReturnType<typeof openNode>;
  beforeEach(async () => {
    way = await ScriptedDynamo.start(dynamo.settings.endpoint);
    node = openNode(way.endpoint);
  });
  afterEach(async () => {
    node.close();
    await way[Symbol.asyncDispose]();
  });

  /** The next write is carried out, and its answer is lost. */
  const loseNextAnswer = () => {
    let lost = false;
    way.fate = ({ operation }) => {
      if (lost || operation === "GetItem") return "pass";
      lost = true;
      return "cut";
    };
  };

  test("[Q46] what was done with its answer lost is done once, and answered as done", async () => {
    const room = roomOf();
    loseNextAnswer();
    expect(await node.store.create(room)).toBe("created");
    loseNextAnswer();
    expect(await node.store.replace(stepOf(room))).toBe("done");
    expect(way.countOf("PutItem")).toBe(4);
    expect(await node.store.read(room.roomId)).toEqual(stepOf(room));
    loseNextAnswer();
    await node.store.remove(room.roomId);
    expect(await node.store.read(room.roomId)).toBeNull();
  });

  test("[Q46] what DynamoDB refuses is an outage, and changes nothing", async () => {
    const room = roomOf();
    await node.store.create(room);
    way.fate = () => errorAnswer("AccessDeniedException");
    const asked = [
      node.store.create(roomOf()),
      node.store.read(room.roomId),
      node.store.replace(stepOf(room)),
      node.store.remove(room.roomId),
    ];
    const outages = await Promise.all(asked.map((answer) => answer.catch((trouble: unknown) => trouble)));
    for (const trouble of outages) expect(trouble).toBeInstanceOf(Outage);
    way.fate = () => "pass";
    expect(await node.store.read(room.roomId)).toEqual(room);
  });

  test("[Q46] a room is one item that never expires, and its tombstone has no text", async () => {
    const room = roomOf();
    const { table } = dynamo.settings;
    const client = connectDynamo(dynamo.settings, PATIENT.attemptMs);
    const Key = { pk: { S: `ROOM#${room.roomId}` }, sk: { S: "META" } };
    const names = async () => {
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Object.keys(Item ?? {}).sort();
    };
    await node.store.create(room);
    await node.store.replace(stepOf(room));
    expect(await names()).toEqual(["pk", "roomJson", "seq", "sk"]);
    await node.store.remove(room.roomId);
    expect(await names()).toEqual(["pk", "removed", "sk"]);
    client.destroy();
  });
});
