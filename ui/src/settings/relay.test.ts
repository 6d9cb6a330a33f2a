import { expect, test } from "vitest";
import { fieldsOf, relayOf, secured } from "./relay";

test.each([
  "smtp+starttls://desk@example.org@mail.example.org:587",
  "smtps://apikey@smtp.example.net:465",
  "smtp://localhost:25",
  "smtp://[::1]:2525",
])("%s comes out of the form as it went in", (relay) => expect(relayOf(fieldsOf(relay)!)).toBe(relay));

test("a port that is not written is the usual one", () =>
  expect(fieldsOf("smtps://mail.example.org")?.port).toBe("465"));

test("another security brings its usual port, and leaves an unusual one alone", () => {
  const fields = fieldsOf("smtp+starttls://a@b:587")!;
  expect(secured(fields, "smtps").port).toBe("465");
  expect(secured({ ...fields, port: "2525" }, "smtps").port).toBe("2525");
});

test("what the form has no fields for stays as it is written", () => expect(fieldsOf("http://a")).toBeNull());
test("no server, no relay", () => expect(relayOf(fieldsOf("")!)).toBe(""));
