import { expect, test } from "vitest";
import { country, languageName } from "../words";
import { editionName, fileName, lastPart, shortFolder } from "./naming";

const issues = [{ id: "2026-q4", number: 41, title: "Know the city", season: "Winter 2026" }];

test.each([
  ["2026-q4/launch", "Launch, issue 41"],
  ["2026-q4/second-reminder", "Second reminder, issue 41"],
  ["2020-q1/launch", "Launch"],
  ["launch", "Launch"],
])("the edition %s is called %s", (edition, called) => expect(editionName(edition, issues)).toBe(called));

test.each([
  ["/home/ana/.local/share/masthead/exports/list.csv", "list.csv"],
  ["C:\\Users\\ana\\exports\\list.csv", "list.csv"],
  ["list.csv", "list.csv"],
])("the file %s is called %s", (path, name) => expect(lastPart(path)).toBe(name));

test.each([
  ["/home/ana/Masthead sample", "…/ana/Masthead sample"],
  ["/srv/kerb", "/srv/kerb"],
  ["/", "/"],
])("of the folder %s one sees %s", (path, seen) => expect(shortFolder(path)).toBe(seen));

test.each([
  ["ro", "Romanian"],
  ["", ""],
  ["not a language", "not a language"],
])("the language %s is named %s", (code, name) => expect(languageName(code)).toBe(name));

test.each([
  ["RO", "Romania"],
  ["Romania", "Romania"],
  ["", ""],
])("the country %s is named %s", (code, name) => expect(country(code)).toBe(name));

test.each([
  ["Spring reminder", "spring-reminder"],
  ["  Număr de iarnă! ", "numar-de-iarna"],
  ["Știri 2", "stiri-2"],
  ["…", ""],
  ["Aux", "aux-1"],
  ["Auxiliary", "auxiliary"],
])("an edition called %s is kept as %s", (name, file) => expect(fileName(name)).toBe(file));
