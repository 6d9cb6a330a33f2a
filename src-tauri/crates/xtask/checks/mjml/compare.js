// Holds the HTML that Masthead makes of a frame against what the reference compiler of MJML makes of it, token by token.
//
//   node compare.js FRAME.mjml FRAME.html
//
// Prints {"tokens": how many were compared, "differences": [the first of them, as pairs]}. What is no difference: white
// space, comments, the order of attributes, classes and declarations, and whether two neighbouring conditional comments
// for Outlook are written as one.

import fs from 'node:fs';
import mjml from 'mjml';

const [, , frame, ours] = process.argv;

// Where the two are known to differ, and no mail program is touched by it.
const HARMLESS = [
  // The reference marks each class of a section's table for Outlook, Masthead's compiler the last one alone.
  (token) => token.replaceAll(/(\bm-\w+)-outlook\b/g, '$1'),
  // An attribute that HTML does not have.
  (token) => token.replace(/ vertical-align=middle/, ''),
];

const { html } = mjml(fs.readFileSync(frame, 'utf8'), { validationLevel: 'skip', fonts: {} });
const theirs = tokens(html);
const mine = tokens(fs.readFileSync(ours, 'utf8'));
const differences = [];
for (let at = 0; at < Math.max(theirs.length, mine.length) && differences.length < 10; at += 1) {
  if (theirs[at] !== mine[at]) differences.push({ at, reference: theirs[at] ?? '', masthead: mine[at] ?? '' });
}
console.log(JSON.stringify({ tokens: theirs.length, differences }));

function tokens(text) {
  const plain = text
    .replaceAll(/<!--\[if ([^\]]*)\]>(<!-->)?/g, (_, condition) => `<if on="${condition.trim()}">`)
    .replaceAll(/(<!--)?<!\[endif\]-->/g, '</if>')
    .replaceAll(/<!--[\s\S]*?-->/g, '');
  const found = [];
  for (const [token] of plain.matchAll(/<style[^>]*>[\s\S]*?<\/style>|<[^>]+>|[^<]+/gi)) {
    const read = normal(token);
    const reopened = read === '<if on=mso | IE>' && found.at(-1) === '</if>';
    if (reopened) found.pop();
    else if (read) found.push(read);
  }
  return found;
}

function normal(token) {
  if (/^<style/i.test(token)) return `<style> ${sheet(token)}`;
  if (!token.startsWith('<')) return token.replaceAll(/\s+/g, ' ').trim();
  const read = token.startsWith('</') ? token.toLowerCase().replaceAll(/\s/g, '') : element(token);
  return HARMLESS.reduce((text, same) => same(text), read);
}

function sheet(token) {
  const rules = token.replaceAll(/<\/?style[^>]*>/gi, '').replaceAll(/\s+/g, ' ');
  return rules.replaceAll(/\s*([{};:,])\s*/g, '$1').replaceAll(';}', '}').trim();
}

function element(token) {
  const name = token.match(/^<\s*([^\s/>]+)/)[1].toLowerCase();
  const attributes = [...token.slice(1 + name.length).matchAll(/([^\s=/>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?/g)]
    .map(([, key, value]) => [key.toLowerCase(), (value ?? '').replaceAll(/^["']|["']$/g, '').trim()])
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${sorted(key, value)}`);
  return `<${name} ${attributes.sort().join(' ')}>`;
}

function sorted(key, value) {
  if (key === 'class') return value.split(/\s+/).sort().join('.');
  if (key !== 'style') return value;
  const declarations = value.toLowerCase().split(';').map((one) => one.replaceAll(/\s*([:,])\s*/g, '$1').trim());
  return declarations.filter(Boolean).sort().join(';');
}
