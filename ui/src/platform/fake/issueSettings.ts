// The settings of issues in memory, read and saved as the desk does it.
import type { IssueFields } from "../bindings/IssueFields";
import type { IssueLine } from "../bindings/IssueLine";
import type { IssueSettingsView } from "../bindings/IssueSettingsView";
import { DeskFailure, type Params } from "../seam";

const COVER = {
  kicker: "The anniversary issue",
  headline: "Ten years of listening",
  standfirst: "What a city says when somebody asks.",
  alt: "An isometric city by day.",
  lines: [
    { title: "Eight standards, one law", article: "standards" },
    { title: "Who pays for the first step", article: "first-step" },
    { title: "Orașul, citit din nou", article: "orasul" },
  ],
};

function failure(code: string, message: string, place: string | null): DeskFailure {
  return new DeskFailure({ code, message, hint: null, place });
}

export class FakeIssueSettings {
  readonly #fields = new Map<string, IssueFields>();
  readonly #lineOf: (issue: string) => IssueLine;
  readonly #called: (line: IssueLine) => void;
  #revision = 1;

  /** `called` hears what an issue is called from now on. */
  constructor(lineOf: (issue: string) => IssueLine, called: (line: IssueLine) => void) {
    this.#lineOf = lineOf;
    this.#called = called;
  }

  readonly answers = {
    issueSettings: ({ issue }: Params<"issueSettings">) => this.#view(issue),
    saveIssueSettings: ({ issue, fields, revision }: Params<"saveIssueSettings">) => {
      if (fields.title.trim() === "") throw failure("no-title", "the issue has no title", "title");
      if (!/^(\d{4}-\d\d-\d\d)?$/.test(fields.date)) {
        throw failure("bad-date", `\`${fields.date}\` is no date`, "date");
      }
      const empty = fields.cover.lines.findIndex(({ title }) => title.trim() === "");
      if (empty >= 0)
        throw failure("empty-line", `cover line ${empty + 1} has no words`, `cover.lines[${empty}]`);
      if (revision !== `${this.#revision}`) {
        const message = "`issue.toml` was changed by another program since it was opened";
        throw failure("changed-outside", message, "issues/2026-q4/issue.toml");
      }
      this.write(issue, fields);
      return this.#view(issue);
    },
  };

  fieldsOf(issue: string): IssueFields {
    const { title, season } = this.#lineOf(issue);
    const usual = { title, season, date: "2026-12-01", pages: "32", cover: COVER };
    return structuredClone(this.#fields.get(issue) ?? usual);
  }

  /** The file is written, from here or by somebody else. */
  write(issue: string, fields: IssueFields): void {
    this.#fields.set(issue, structuredClone(fields));
    this.#called({ ...this.#lineOf(issue), title: fields.title, season: fields.season });
    this.#revision += 1;
  }

  #view(issue: string): IssueSettingsView {
    return { fields: this.fieldsOf(issue), revision: `${this.#revision}` };
  }
}
