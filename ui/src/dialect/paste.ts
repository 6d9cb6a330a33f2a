// What Word, Google Docs and web pages put on the clipboard, as the Markdown that a writer would have typed.
//
// The pasted page is read by a parser that runs nothing and loads nothing. What the dialect has no word for leaves its
// text behind: colours, faces and sizes are the designer's.

/** The Markdown of a pasted page; nothing when it holds no more than plain text would. */
export function markdownOf(html: string): string | null {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  if (body.querySelector(MEANT) === null && !hasStyledWords(body)) return null;
  const text = blocks(body)
    .join("\n\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return text === "" ? null : text;
}

/** What plain text would lose. */
const MEANT = "h1,h2,h3,h4,h5,h6,ul,ol,blockquote,table,pre,strong,em,i,a[href],[class^=MsoList]";
const SKIPPED = new Set([
  "SCRIPT",
  "STYLE",
  "TEMPLATE",
  "HEAD",
  "META",
  "TITLE",
  "IFRAME",
  "OBJECT",
  "SVG",
  "O:P",
]);
const BLOCKS = new Set([
  ...["P", "DIV", "SECTION", "ARTICLE", "MAIN", "HEADER", "FOOTER", "FIGURE", "FIGCAPTION", "CENTER"],
  ...["H1", "H2", "H3", "H4", "H5", "H6", "UL", "OL", "BLOCKQUOTE", "TABLE", "PRE", "HR"],
]);

function hasStyledWords(body: HTMLElement): boolean {
  return [...body.querySelectorAll("b,[style]")].some((part) => isBold(part) || isItalic(part));
}

/** The blocks in a node, each without the empty lines around it. */
function blocks(node: Node): string[] {
  const found: string[] = [];
  let line = "";
  const end = (): void => {
    const text = tidy(line);
    if (text !== "") found.push(escapeStart(text));
    line = "";
  };
  for (const child of node.childNodes) {
    const element = child instanceof Element ? child : null;
    // Google Docs puts everything into one `b` that is not bold.
    if (
      element !== null &&
      (BLOCKS.has(element.tagName) || element.querySelector("p,ul,ol,table,h1,h2,h3"))
    ) {
      end();
      found.push(...block(element));
    } else line += inline(child);
  }
  end();
  return found;
}

function block(element: Element): string[] {
  const { tagName } = element;
  const heading = /^H([1-6])$/.exec(tagName);
  if (heading) {
    const text = tidy(inlines(element)).replace(/\*\*/g, "");
    // The first level is the article's title, which its front matter has.
    return text === "" ? [] : [`${"#".repeat(Math.max(2, Number(heading[1])))} ${text}`];
  }
  if (tagName === "UL" || tagName === "OL") return [list(element)];
  if (tagName === "BLOCKQUOTE") return [blocks(element).join("\n\n").replace(/^/gm, "> ")];
  if (tagName === "TABLE") return table(element);
  if (tagName === "PRE") return [`\`\`\`\n${(element.textContent ?? "").replace(/\n$/, "")}\n\`\`\``];
  if (tagName === "HR") return ["---"];
  if (/^MsoList/.test(element.className)) return [wordItem(element)];
  return blocks(element);
}

function list(element: Element): string {
  const ordered = element.tagName === "OL";
  const lines: string[] = [];
  let number = 1;
  for (const item of element.children) {
    if (item.tagName === "UL" || item.tagName === "OL") lines.push(list(item).replace(/^/gm, "  "));
    if (item.tagName !== "LI") continue;
    const mark = ordered ? `${number++}. ` : "- ";
    const parts = blocks(item).join("\n");
    lines.push(mark + parts.replace(/\n/g, `\n${" ".repeat(mark.length)}`));
  }
  return lines.join("\n");
}

/** Word writes lists as paragraphs that begin with a sign and spaces. */
function wordItem(element: Element): string {
  const text = tidy(inlines(element));
  const number = /^(\d+)[.)]\s+/.exec(text);
  return number ? `${number[1]}. ${text.slice(number[0].length)}` : `- ${text.replace(/^[·•o§–-]\s+/, "")}`;
}

function table(element: Element): string[] {
  const rows = [...element.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => blocks(cell).join(" ").replace(/\s+/g, " ").replace(/\|/g, "\\|")),
  );
  const wide = Math.max(0, ...rows.map((row) => row.length));
  if (wide === 0) return [];
  // A single cell is how old pages place a text.
  if (wide === 1 && rows.length === 1) return [rows[0]![0]!];
  const line = (row: readonly string[]): string =>
    `| ${Array.from({ length: wide }, (_, at) => row[at] ?? "").join(" | ")} |`;
  const [head, ...rest] = rows;
  return [[line(head!), `|${" --- |".repeat(wide)}`, ...rest.map(line)].join("\n")];
}

const inlines = (node: Node): string => [...node.childNodes].map(inline).join("");

function inline(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return escape((node.textContent ?? "").replace(/\s+/g, " "));
  if (!(node instanceof Element) || SKIPPED.has(node.tagName.toUpperCase())) return "";
  // The bullet that Word draws into a list's paragraph.
  if (/mso-list:\s*ignore/i.test(node.getAttribute("style") ?? "")) return `${tidy(node.textContent ?? "")} `;
  if (node.tagName === "BR") return "\n";
  if (node.tagName === "IMG") return escape(node.getAttribute("alt") ?? "");
  const text = inlines(node);
  if (text.trim() === "") return text;
  if (node.tagName === "CODE") return around("`", node.textContent ?? "");
  if (node.tagName === "DEL" || node.tagName === "S") return around("~~", text);
  if (node.tagName === "A") return link(node, text);
  let marked = text;
  if (isItalic(node)) marked = around("*", marked);
  if (isBold(node)) marked = around("**", marked);
  return marked;
}

function link(node: Element, text: string): string {
  const to = node.getAttribute("href") ?? "";
  return /^(https?:|mailto:)/i.test(to)
    ? `[${text.trim()}](${to.replace(/[\s()<>]/g, encodeURIComponent)})`
    : text;
}

const styleOf = (node: Element): string => node.getAttribute("style") ?? "";

function isBold(node: Element): boolean {
  const weight = /font-weight:\s*(\w+)/i.exec(styleOf(node))?.[1];
  if (weight !== undefined) return weight === "bold" || Number(weight) >= 600;
  return node.tagName === "B" || node.tagName === "STRONG";
}

function isItalic(node: Element): boolean {
  const style = /font-style:\s*(\w+)/i.exec(styleOf(node))?.[1];
  if (style !== undefined) return style === "italic";
  return node.tagName === "I" || node.tagName === "EM";
}

/** Marks hug the words they mark: a space inside of them would show them as stars. */
function around(mark: string, text: string): string {
  const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text)!;
  return words === "" ? text : `${before}${mark}${words}${mark}${after}`;
}

const tidy = (text: string): string =>
  text
    .replace(/[ \t\u00a0]*\n[ \t\u00a0]*/g, "\n")
    .replace(/[ \t]+/g, " ")
    .trim();

const escape = (text: string): string => text.replace(/[\\`*_[\]<>]/g, "\\$&");

/** What would make a line of text into something else. */
const escapeStart = (text: string): string =>
  text.replace(/^(#{1,6}\s|[-+]\s|~~~|```|:::|---)/gm, "\\$1").replace(/^(\d+)([.)]\s)/gm, "$1\\$2");
