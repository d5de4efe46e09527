/** One line of `CLUSTER NODES`: what a node believes of another, or of itself. */
export interface SeenNode {
  readonly id: string;
  readonly myself: boolean;
  readonly role: "master" | "replica";
  /** Of a replica. */
  readonly masterId: string | null;
  /** Believed dead, by this node alone or by the majority. */
  readonly failing: boolean;
  /** The connection of the two over the cluster bus stands. */
  readonly linked: boolean;
  readonly configEpoch: number;
  /** First and last of each range it serves. */
  readonly slots: readonly (readonly [first: number, last: number])[];
}

/** Reads the answer to `CLUSTER NODES`; nodes that are still shaking hands are left out. */
export function parseClusterNodes(answer: string): SeenNode[] {
  return answer
    .split("\n")
    .filter((line) => line !== "" && !/ \S*(handshake|noaddr)\S* /.test(line))
    .map(parseLine);
}

export function servesSlot(node: SeenNode, slot: number): boolean {
  return node.slots.some(([first, last]) => first <= slot && slot <= last);
}

/** How many slots are served, by all of these together. */
export function servedSlots(view: readonly SeenNode[]): number {
  return view.flatMap((node) => node.slots).reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Who serves what, to compare two views by. */
export function slotMap(view: readonly SeenNode[]): string {
  return view
    .filter((node) => node.slots.length > 0)
    .map((node) => `${node.id} ${node.slots.join(" ")}`)
    .sort()
    .join("\n");
}

/** id address flags master ping-sent pong-received config-epoch link-state slot… */
function parseLine(line: string): SeenNode {
  const [id = "", , flags = "", master = "-", , , epoch = "0", link = "", ...slots] = line.split(" ");
  const is = new Set(flags.split(","));
  return {
    id,
    myself: is.has("myself"),
    role: is.has("master") ? "master" : "replica",
    masterId: master === "-" ? null : master,
    failing: is.has("fail") || is.has("fail?"),
    linked: is.has("myself") || link === "connected",
    configEpoch: Number(epoch),
    // In brackets: a slot on the move, listed with its owner as well.
    slots: slots.filter((range) => !range.startsWith("[")).map(parseRange),
  };
}

function parseRange(range: string): readonly [number, number] {
  const [first = "", last = first] = range.split("-");
  return [Number(first), Number(last)];
}
