/** Programs of the local production shape that npm does not bring. */
import type { SystemPackage } from "../../tests/runner/system-packages.ts";

export const REDIS: SystemPackage = {
  command: "redis-server",
  debianPackage: "redis-server",
  elsewhere: "install Redis 7 with your system's package manager",
};

export const HAPROXY: SystemPackage = {
  command: "haproxy",
  debianPackage: "haproxy",
  elsewhere: "install HAProxy 2.6 or later with your system's package manager",
};

/** Only for tests with a Redis that speaks TLS. */
export const OPENSSL: SystemPackage = {
  command: "openssl",
  debianPackage: "openssl",
  elsewhere: "install OpenSSL 3 with your system's package manager",
};

/** Only for tests in which the clock of a Redis node is wrong. */
export const FAKETIME: SystemPackage = {
  command: "faketime",
  debianPackage: "faketime",
  elsewhere: "install libfaketime with your system's package manager",
};
