// A part of the list in words: `Country is Romania and tag is “press”`.
import { country, languageWithin, words } from "../words";
import { type Row, rowsOf } from "./segment";

function valueOf({ field }: Row, value: string): string {
  if (field === "country") return country(value);
  if (field === "language") return languageWithin(value);
  if (field === "status") return words.subscribers.statuses[value] ?? value;
  return words.segments.quoted(value);
}

function said(row: Row): string {
  const { segments } = words;
  const values = row.values.map((value) => valueOf(row, value)).join(` ${segments.or} `);
  return [segments.fields[row.field], segments.asks[row.ask], values].filter(Boolean).join(" ");
}

/** An expression in words; nothing where it says more than rows can. */
export function saidOf(expression: string): string | null {
  const found = rowsOf(expression);
  if (found === null || found.rows.length === 0) return null;
  const { and, or } = words.segments;
  return found.rows.map(said).join(`, ${found.all ? and : or} `);
}
