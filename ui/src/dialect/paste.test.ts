import { expect, test } from "vitest";
import { markdownOf } from "./paste";

const cases: [string, string, string | null][] = [
  ["plain words stay to the browser", "<meta charset=utf-8><span>Walk first.</span>", null],
  ["bold and italic", "<p>A <b>small</b> and <em>slow </em>tram</p>", "A **small** and *slow* tram"],
  [
    "Google Docs, whose whole page stands in a bold that is none",
    '<b style="font-weight:normal"><p>One <span style="font-weight:700">two</span> <span style="font-style:italic">three</span></p><p>Four</p></b>',
    "One **two** *three*\n\nFour",
  ],
  [
    "Word's lists, which are paragraphs",
    '<p class=MsoListParagraph><span style="mso-list:Ignore">·<span>&nbsp;&nbsp; </span></span>Trams<o:p></o:p></p><p class=MsoListParagraph><span style="mso-list:Ignore">·&nbsp;</span>Buses</p>',
    "- Trams\n\n- Buses",
  ],
  ["headings begin below the title", "<h1>City</h1><h3>Roads</h3>", "## City\n\n### Roads"],
  [
    "lists in lists",
    "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>",
    "- a\n  1. b\n  2. c\n- d",
  ],
  [
    "tables",
    "<table><tr><th>City</th><th>People</th></tr><tr><td>Cluj</td><td>a|b</td></tr></table>",
    "| City | People |\n| --- | --- |\n| Cluj | a\\|b |",
  ],
  [
    "links that lead somewhere",
    '<a href="https://example.org/a (1)">here</a> <a href="javascript:alert(1)">there</a>',
    "[here](https://example.org/a%20(1)) there",
  ],
  [
    "what would be marks stays text",
    "<p><i>x</i> 2 * 3 [a] &lt;b&gt; _c_</p>",
    "*x* 2 \\* 3 \\[a\\] \\<b\\> \\_c\\_",
  ],
  [
    "and so at the start of a line",
    "<p># one</p><p>1. two</p><p><b>x</b></p>",
    "\\# one\n\n1\\. two\n\n**x**",
  ],
  [
    "scripts and pictures leave nothing behind",
    "<p><b>a</b><script>window.pwned=1</script><img src=x onerror=window.pwned=2 alt='tram'></p>",
    "**a**tram",
  ],
  ["quotes", "<blockquote><p>One</p><p>Two</p></blockquote>", "> One\n> \n> Two"],
];

test.each(cases)("%s", (_, html, expected) => {
  expect(markdownOf(html)).toBe(expected);
  expect("pwned" in window).toBe(false);
});
