import { expect, test } from "vitest";
import { closed, sentence } from "./sentence";

test("what the desk says becomes a sentence, and a name at its head stays as it is", () => {
  expect(sentence("only the return path is yours")).toBe("Only the return path is yours.");
  expect(sentence("example.org has no record")).toBe("example.org has no record.");
  expect(sentence("`mx` stands for the servers")).toBe("`mx` stands for the servers.");
  expect(sentence("Already one.")).toBe("Already one.");
  expect(sentence("")).toBe("");
});

test("a full stop is put where nothing ends yet", () => {
  expect(["takes 1 page", "what now?", "still to come…"].map(closed)).toEqual([
    "takes 1 page.",
    "what now?",
    "still to come…",
  ]);
});
