// The findings as somebody goes through them: by article, one after the other, each put right where it stands.
import { isolateHistory } from "@codemirror/commands";
import { EditorView } from "@codemirror/view";
import type { FindingView } from "../platform/bindings/FindingView";
import type { FixView } from "../platform/bindings/FixView";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import type { Manuscript } from "./manuscript.svelte";

export interface FindingGroup {
  /** Nothing: what belongs to no article. */
  readonly slug: string | null;
  readonly title: string;
  readonly findings: readonly FindingView[];
}

/** The same finding has the same key after a layout, as long as its place did not move. */
export const keyOf = ({ code, place, message }: FindingView): string => `${code} ${place} ${message}`;

export class Preflight {
  /** The finding that was gone to last. */
  at = $state<string | null>(null);
  /** Read aloud. */
  said = $state("");
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  readonly groups: readonly FindingGroup[] = $derived.by(() => grouped(this.#desk));
  readonly list: readonly FindingView[] = $derived.by(() => this.groups.flatMap(({ findings }) => findings));
  readonly counts = $derived.by(() => {
    const of = (severity: string): number =>
      this.list.filter((finding) => finding.severity === severity).length;
    return { errors: of("error"), warnings: of("warning"), notes: of("note") };
  });

  async open(finding: FindingView): Promise<void> {
    this.at = keyOf(finding);
    const number = this.list.findIndex((other) => keyOf(other) === this.at) + 1;
    this.said = words.findings.at(number, this.list.length, finding.message);
    if (finding.slug !== null) await this.#desk.openArticle(finding.slug, finding.byte ?? 0);
  }

  /** The finding after or before the one gone to last; from either end it goes on at the other. */
  async step(direction: 1 | -1): Promise<void> {
    const { list } = this;
    if (list.length === 0) {
      this.said = words.findings.none;
      return;
    }
    const at = list.findIndex((finding) => keyOf(finding) === this.at);
    const first = direction > 0 ? 0 : list.length - 1;
    await this.open(list[at < 0 ? first : (at + direction + list.length) % list.length]!);
  }

  /** Puts a finding right: in the editor when its article is open there, on disk otherwise. */
  async fix(finding: FindingView): Promise<void> {
    if (finding.fix === null) return;
    const edition = this.#edition(finding.fix);
    if (edition !== null) {
      // What was typed since moves the place, here too.
      const now = this.#alike(await this.#desk.newsletter.findingsNow(), finding)?.fix ?? null;
      if (now === null) this.#desk.notices.info(words.findings.gone);
      else this.#write(now, edition);
      return;
    }
    if (finding.fix.slug === null || finding.fix.slug !== this.#desk.manuscript?.slug)
      return this.#desk.fixOnDisk(finding.fix);
    // What was typed since moves the place: the newest layout knows where it is now.
    await this.#desk.pages.rest();
    const now = this.#again(finding)?.fix ?? null;
    if (now === null) this.#desk.notices.info(words.findings.gone);
    else if (this.#desk.manuscript !== null) this.#write(now, this.#desk.manuscript);
  }

  /** The edition that is being written, if the fix is of its file. */
  #edition({ file }: FixView): Manuscript | null {
    const { manuscript } = this.#desk.newsletter;
    const own = manuscript !== null && file === `issues/${manuscript.issue}/editions/${manuscript.slug}.md`;
    return own ? manuscript : null;
  }

  /** The finding under the cursor that can be put right. */
  get here(): FindingView | null {
    const { written, newsletter } = this.#desk;
    if (written === null) return null;
    const edition = written === newsletter.manuscript;
    const { byte: at, slug } = written;
    const own = (fix: FixView): boolean => (edition ? this.#edition(fix) !== null : fix.slug === slug);
    const under = ({ byte, end, fix }: FindingView): boolean =>
      fix !== null && own(fix) && byte !== null && byte <= at && at <= (end ?? byte);
    return (edition ? (newsletter.preview?.findings ?? []) : this.list).find(under) ?? null;
  }

  #again(finding: FindingView): FindingView | undefined {
    return this.#alike(this.list, finding);
  }

  #alike(list: readonly FindingView[], finding: FindingView): FindingView | undefined {
    const alike = list.filter(
      ({ code, message, slug, fix }) =>
        code === finding.code &&
        message === finding.message &&
        slug === finding.slug &&
        fix?.label === finding.fix?.label,
    );
    return alike.find((other) => keyOf(other) === keyOf(finding)) ?? alike[0];
  }

  /** One change, so that one undo takes it back. */
  #write(fix: FixView, manuscript: Manuscript): void {
    const { editor } = this.#desk;
    const [from, to] = [manuscript.offsetOf(fix.start), manuscript.offsetOf(fix.end)];
    manuscript.apply({
      changes: { from, to, insert: fix.replacement },
      selection: { anchor: from + fix.replacement.length },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
      annotations: isolateHistory.of("full"),
      userEvent: "input.fix",
    });
    this.said = words.findings.fixed(fix.label, this.#desk.title);
    editor?.focus();
  }
}

function grouped(desk: Desk): readonly FindingGroup[] {
  const groups = new Map<string | null, FindingView[]>([[null, []]]);
  for (const line of desk.issue?.articles ?? []) groups.set(line.slug, []);
  for (const finding of desk.findings) {
    const group = groups.get(finding.slug);
    if (group === undefined) groups.set(finding.slug, [finding]);
    else group.push(finding);
  }
  return [...groups]
    .filter(([, findings]) => findings.length > 0)
    .map(([slug, findings]) => ({
      slug,
      title: desk.titleOf(slug) ?? words.findings.issueGroup,
      findings: findings.toSorted((a, b) => (a.byte ?? -1) - (b.byte ?? -1)),
    }));
}
