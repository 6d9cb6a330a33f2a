// Sends personal messages through nodemailer's pool: PORT MESSAGES BYTES CONNECTIONS.
const [port, messages, size, connections] = process.argv.slice(2).map(Number);
const nodemailer = require("nodemailer");
const pool = nodemailer.createTransport({
  host: "127.0.0.1", port, pool: true, maxConnections: connections, maxMessages: Infinity, ignoreTLS: true,
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
