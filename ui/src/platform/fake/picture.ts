// A page drawn from its words: enough to look at, not a layout.

interface FakePage {
  readonly number: number;
  readonly title: string;
  readonly part: number;
  readonly text: string;
}

const COLOURS = ["#1f3d55", "#f1e9dc", "#ffffff", "#e6ebef"];

export function drawPage(hash: string): string {
  const page = JSON.parse(hash) as FakePage;
  const opener = page.part === 0;
  const paper = page.text === "" ? COLOURS[page.number % COLOURS.length]! : "#ffffff";
  const ink = paper === "#1f3d55" ? "#ffffff" : "#12263a";
  const art = opener && page.text !== "" ? `<rect width="595" height="330" fill="#24506f"/>${line(90)}` : "";
  const top = opener ? (page.text === "" ? 110 : 380) : 60;
  const title = opener
    ? `<text x="50" y="${top}" font-size="34" font-weight="600" font-family="serif" fill="${ink}">${safe(page.title)}</text>`
    : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 595 794" width="595" height="794"><rect width="595" height="794" fill="${paper}"/>${art}${page.text === "" ? line(500) : ""}${title}${columns(page.text, top + 30)}<text x="50" y="770" font-size="9" font-family="sans-serif" fill="${ink}">${page.number}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function line(y: number): string {
  return `<path d="M0 ${y} 200 ${y + 60} 360 ${y + 10} 595 ${y + 120}" fill="none" stroke="#e4432d" stroke-width="5"/><circle cx="200" cy="${y + 60}" r="6" fill="#fff" stroke="#12263a"/>`;
}

function columns(text: string, top: number): string {
  const lines = text.replace(/\n+/g, " ").match(/.{1,30}(\s|$)/g) ?? [];
  const rows = Math.floor((750 - top) / 12.6);
  return lines
    .slice(0, rows * 3)
    .map((words, at) => {
      const x = 50 + Math.floor(at / rows) * 170;
      const y = top + (at % rows) * 12.6;
      return `<text x="${x}" y="${y}" font-size="9.4" font-family="serif" fill="#12263a">${safe(words)}</text>`;
    })
    .join("");
}

const safe = (text: string): string => text.replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
