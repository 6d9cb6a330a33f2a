// Writes personal messages with nodemailer's composer and a Handlebars template: MESSAGES BYTES. Nothing is sent.
const [messages, size] = process.argv.slice(2).map(Number);
const MailComposer = require("nodemailer/lib/mail-composer");
const Handlebars = require("handlebars");
const line = "Orașul care ascultă: a hundred voices from the square, and what became of them.\n";
const lines = (share) => line.repeat(Math.floor((size * share) / Buffer.byteLength(line)));
const text = Handlebars.compile(`Dear {{name}},\n${lines(0.1)}Yours, {{name}}`, { noEscape: true });
const html = Handlebars.compile(`Dear {{name}},\n${lines(0.9)}Yours, {{name}}`);
async function main() {
  let bytes = 0;
  const begun = process.hrtime.bigint();
  const before = process.cpuUsage();
  for (let number = 0; number < messages; number++) {
    const person = { name: `Person ${number}` };
    const message = await new MailComposer({
      from: { name: "Bench", address: "desk@example.org" },
      to: { name: person.name, address: `p${number}@example.org` },
      subject: `For ${person.name}`, text: text(person), html: html(person),
      list: { unsubscribe: { url: `mailto:desk@example.org?subject=unsubscribe%20${number}` } },
    }).compile().build();
    bytes = message.length;
  }
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({
    messages, bytes, seconds: Number(process.hrtime.bigint() - begun) / 1e9,
    cpu: (used.user + used.system) / 1e6, peak_kib: process.resourceUsage().maxRSS,
  }));
}
main();
