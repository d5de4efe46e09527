import { embeddedHarness } from "./embedded-harness.ts";
import { pollStoreContract } from "./poll-store-contract.ts";

pollStoreContract("embedded", () => embeddedHarness());
