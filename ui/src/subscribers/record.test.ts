import { render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { DossierView } from "../platform/bindings/DossierView";
import PersonRecord from "./PersonRecord.svelte";

test.each([
  ["readers.csv line 2", "“readers.csv”, line\u00a02"],
  ["told us by telephone", "told us by telephone"],
])("the evidence %j is never parted before its number", (evidence, shown) => {
  const consent = { given: null, how: "import", wording: "the newsletter", source: "fair", evidence };
  const dossier = { consents: [consent], suppression: null } as Partial<DossierView> as DossierView;
  render(PersonRecord, { dossier });
  expect(screen.getByTestId("consent").textContent).toContain(shown);
});
