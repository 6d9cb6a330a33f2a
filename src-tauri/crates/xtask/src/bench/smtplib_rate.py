"""Sends personal messages over kept connections with Python's own library: PORT MESSAGES BYTES CONNECTIONS."""
import smtplib, sys, threading
from email.message import EmailMessage

port, messages, size, connections = map(int, sys.argv[1:5])
line = "The city that listens: a hundred voices from the square, and what became of them.\n"


def send(share, first):
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(first, first + share):
            message = EmailMessage()
            message["From"], message["To"] = "desk@example.org", f"p{number}@example.org"
            message["Subject"] = f"For Person {number}"
            message.set_content(f"Dear Person {number},\n" + line * (size // 10 // len(line)))
            message.add_alternative(f"Dear Person {number},\n" + line * (size * 9 // 10 // len(line)), subtype="html")
            server.send_message(message)


share = messages // connections
workers = [threading.Thread(target=send, args=(share, place * share)) for place in range(connections)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
