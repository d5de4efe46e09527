import { expect, test } from "bun:test";
import { clientAddress, isLoopback, limitKey } from "../../../server/edge/client-address.ts";

const PROXY = "10.0.0.1";
const addressOf = (forwarded: string | null, hops: number, peer: string | null = PROXY) =>
  clientAddress(
    new Request("http://pollcast.test/", {
      headers: forwarded === null ? {} : { "x-forwarded-for": forwarded },
    }),
    peer,
    hops,
  );

test("[H10] the client's address is the entry that the outermost trusted proxy wrote", () => {
  expect(addressOf("198.51.100.7", 0)).toBe(PROXY);
  expect(addressOf("198.51.100.7", 1)).toBe("198.51.100.7");
  expect(addressOf("6.6.6.6, 198.51.100.7", 1)).toBe("198.51.100.7");
  expect(addressOf("6.6.6.6, 198.51.100.7, 10.0.0.2", 2)).toBe("198.51.100.7");
  expect(addressOf("198.51.100.7", 2)).toBe("198.51.100.7");
});

test("[H10] without a usable entry it is the peer's, and without a peer unknown", () => {
  for (const forwarded of [null, "", "nonsense", "6.6.6.6,", "unknown", "_hidden"]) {
    expect(addressOf(forwarded, 1)).toBe(PROXY);
  }
  expect(addressOf(null, 1, null)).toBe("unknown");
});

test("[H10] ports, brackets and mapped addresses are taken off", () => {
  expect(addressOf("198.51.100.7:4711", 1)).toBe("198.51.100.7");
  expect(addressOf("[2001:DB8::1]:4711", 1)).toBe("2001:db8::1");
  expect(addressOf(null, 0, "::ffff:198.51.100.7")).toBe("198.51.100.7");
});

test("[L1] IPv6 neighbours in one /64 are counted together, other networks apart", () => {
  expect(limitKey("2001:db8:1:2::5")).toBe(limitKey("2001:db8:1:2:aaaa:bbbb:cccc:dddd"));
  expect(limitKey("2001:db8::1")).toBe(limitKey("2001:db8:0:0:9::"));
  expect(limitKey("2001:db8:1:2::5")).not.toBe(limitKey("2001:db8:1:3::5"));
  expect(limitKey("198.51.100.7")).not.toBe(limitKey("198.51.100.8"));
});

test("[H13] this machine is 127.0.0.0/8 and ::1", () => {
  for (const peer of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
    expect(isLoopback(peer)).toBe(true);
  for (const peer of ["10.0.0.1", "128.0.0.1", "::2", "localhost", "", null]) {
    expect(isLoopback(peer)).toBe(false);
  }
});
