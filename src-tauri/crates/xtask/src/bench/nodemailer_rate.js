// Sends personal messages through nodemailer's pool: PORT MESSAGES BYTES CONNECTIONS [KEY], signed by the RSA key in
// that file where one is named.
const [port, messages, size, connections] = process.argv.slice(2, 6).map(Number);
const nodemailer = require("nodemailer");
const key = process.argv[6];
const privateKey = key && require("fs").readFileSync(key, "utf8");
const pool = nodemailer.createTransport({
  host: "127.0.0.1", port, pool: true, maxConnections: connections, maxMessages: Infinity, ignoreTLS: true,
  ...(key && { dkim: { domainName: "example.org", keySelector: "bench", privateKey } }),
});
const line = "The city that listens: a hundred voices from the square, and what became of them.\n";
const text = line.repeat(Math.floor(size / 10 / line.length));
const html = line.repeat(Math.floor((size * 9) / 10 / line.length));
let next = 0;
async function work() {
  while (next < messages) {
    const number = next++;
    await pool.sendMail({
      from: "desk@example.org", to: `p${number}@example.org`, subject: `For Person ${number}`,
      text: `Dear Person ${number},\n${text}`, html: `Dear Person ${number},\n${html}`,
    });
  }
}
Promise.all(Array.from({ length: connections }, work)).then(() => pool.close());
