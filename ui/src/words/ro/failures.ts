// Why the desk could not do something, in Romanian: by the failure's code, with the names that its sentence has.
//
// The desk's own sentence is the one that counts, in English; what has no line here is said as it came.

interface Said {
  readonly message: string;
  readonly hint: string | null;
}

/** `$` stands for the names, each between backticks; `…` for what the server said, after the first colon. */
const FAILURES: Record<string, readonly [message: string, hint?: string]> = {
  "address-domain": ["după @ nu este un domeniu: $", "de exemplu `ana@example.org`"],
  "address-empty": ["lipsește adresa", "de exemplu `ana@example.org`"],
  "address-local-part": ["înainte de @ sunt semne care nu se folosesc într-o adresă: $"],
  "address-local-part-too-long": ["partea dinainte de @ este prea lungă: $"],
  "address-no-sign": ["adresa nu are @: $", "de exemplu `ana@example.org`"],
  "address-no-local-part": ["înainte de @ nu este nimic: $", "de exemplu `ana@example.org`"],
  "already-frozen": ["cititorii ediției sunt deja stabiliți: $", "ora se alege doar prima dată"],
  "audience-changed": [
    "între timp s-a schimbat numărul cititorilor",
    "nu s-a trimis nimic; uită-te la noul număr și confirmă-l",
  ],
  "bad-date": ["nu este o dată: $", "scrie-o ca `2026-12-01`"],
  "bad-edition-name": ["o ediție nu se poate numi așa: $", "litere mici, cifre și cratime, ca `launch`"],
  "bad-expression": ["expresia nu poate fi citită", "un semn care se caută ca atare vrea un `\\` în față"],
  "bad-issue-name": ["un număr nu se poate numi așa: $", "de exemplu `2027-q1`"],
  "bad-name": ["nu se poate numi așa: $", "de exemplu `smart-parking`"],
  "bad-pages": ["nu este un buget de pagini: $", "scrie un număr întreg de la 1 la 1000, sau nimic"],
  "bad-quota": [
    "nu este o limită: $",
    "scrie `gmail`, `workspace`, `microsoft-365` sau de exemplu `500/day`",
  ],
  "bad-time": ["ora aceasta nu se poate folosi", "alege o oră care nu a trecut"],
  "bad-toml": [
    "setările nu se pot schimba de aici: $",
    "scrie câmpurile de mână, câte unul pe rând, sub `[sender]`",
  ],
  "box-stale": ["cutia de dezabonare nu a mai răspuns de mult", "încearcă din nou când răspunde"],
  "box-unreachable": ["cutia de dezabonare nu răspunde: $", "verifică adresa și rețeaua"],
  "changed-outside": [
    "fișierul a fost schimbat între timp de alt program: $",
    "nimic nu s-a pierdut; compară cele două texte",
  ],
  "breaks-head": [
    "înlocuirea ar strica antetul unui fișier: $",
    "nu s-a înlocuit nimic; lasă afară locurile din rândul acela",
  ],
  clipboard: ["imaginea din clipboard nu se poate citi"],
  disk: ["discul nu a putut fi folosit: $", "verifică spațiul liber și drepturile dosarului"],
  "edition-not-ready": ["ediția nu este gata de trimis: $", "îndreaptă mai întâi ce arată verificarea"],
  "empty-line": ["un titlu de pe copertă nu are cuvinte", "scrie câteva, sau scoate titlul"],
  exists: ["există deja: $", "nu s-a scris nimic; alege alt nume"],
  exporting: ["un export este deja în lucru", "așteaptă-l sau oprește-l"],
  "freeze-changed": ["lista s-a schimbat între timp", "uită-te la noul număr și confirmă-l"],
  "freeze-nobody": ["nimeni nu ar primi ediția", "importă abonați sau schimbă segmentul"],
  "import-no-addresses": ["nicio coloană nu conține adrese", "alege coloana cu adresele"],
  "import-no-basis": ["lipsește temeiul pe care li se scrie oamenilor", "scrie ce au acceptat și unde"],
  "import-no-such-column": ["nu există coloana: $"],
  "import-read": ["fișierul nu poate fi citit"],
  "import-sheet": ["foaia de calcul nu poate fi citită: $", "salveaz-o ca CSV"],
  "import-stopped": ["importul a fost oprit", "nu s-a scris nimic"],
  "import-too-large": ["fișierul este prea mare: $", "împarte-l în părți"],
  "invite-locked": [
    "altă trimitere este în curs pe acest calculator",
    "așteaptă să se termine, apoi întreabă din nou",
  ],
  "invite-many-refused": [
    "serverul respinge întrebările una după alta: $",
    "verifică domeniul expeditorului",
  ],
  "key-bad-domain": [
    "domeniul nu poate semna: $",
    "scrie `domain` sub `[dkim]` în assets/publication.toml, de exemplu `example.org`",
  ],
  "key-exists": [
    "există deja o cheie cu acest nume: $",
    "o cheie folosită nu se suprascrie; privește cheile care sunt",
  ],
  "key-file": [
    "fișierul cheii nu poate fi citit sau scris: $",
    "verifică dosarul de date și spațiul de pe disc",
  ],
  "key-making": ["sistemul nu a putut face o cheie", "încearcă din nou"],
  "key-unusable": ["fișierul nu conține o cheie care poate semna: $", "pune-l la loc dintr-o copie"],
  "key-missing": ["lipsește cheia de semnătură: $"],
  "keyring-none": ["pe acest calculator nu răspunde niciun inel de chei"],
  "keyring-refused": ["inelul de chei a refuzat", "deblochează-l și încearcă din nou"],
  "missing-media": [
    "imaginea nu a fost găsită: $",
    "pune-o în dosarul `media` al numărului, sau alege-o dintr-un fișier",
  ],
  "no-ad": ["în acest loc din sumar nu este o reclamă", "uită-te la machetă așa cum este acum"],
  "no-ad-words": ["nu se spune cine plătește reclama sau ce arată ea", "scrie și una, și alta"],
  "no-article": ["articolul nu există: $", "caută în dosarul `articles` al numărului"],
  "no-backup": ["copia nu mai există: $"],
  "no-edition": ["ediția nu există: $"],
  "no-evidence": [
    "o confirmare are nevoie de ceva care s-o arate",
    "scrie cum a spus: la telefon, pe 3 martie",
  ],
  "no-file": ["fișierul nu mai este acolo: $", "scrie-l din nou"],
  "no-file-manager": ["dosarul nu a putut fi arătat"],
  "no-issue": ["numărul nu există: $"],
  "no-name": ["o publicație are nevoie de un nume"],
  "no-password": ["pentru acest server nu se păstrează nicio parolă: $", "scrie-o în Setări"],
  "no-pdf": ["PDF-ul nu mai este acolo: $", "exportă-l din nou"],
  "no-picture": ["nu este o imagine pe care paginile o pot arăta: $", "PNG, JPEG, WebP, GIF și SVG se pot"],
  "no-publication": ["aici nu este o publicație: $", "alege dosarul publicației"],
  "no-publication-yet": ["pe acest calculator nu s-a deschis încă nicio publicație"],
  "no-relay": ["nu este stabilit niciun server", "scrie-l în Setări"],
  "no-segment": ["segmentul nu există: $"],
  "no-subscriber": ["nu este pe listă: $"],
  "no-templates": ["lipsesc șabloanele de la care să se înceapă"],
  "no-title": ["numărul nu are titlu", "scrie unul"],
  "no-version": ["această versiune nu mai există"],
  "not-awaited": ["nimeni nu așteaptă răspunsul acestei adrese: $"],
  "not-confirmed": [
    "numărul celor de întrebat s-a schimbat între timp",
    "nimeni nu a fost întrebat; privește numărul nou",
  ],
  "not-empty": ["dosarul nu este gol: $", "nu s-a scris nimic; o publicație are nevoie de un dosar nou"],
  "not-sent": ["ediția nu a fost trimisă niciodată: $"],
  "not-utf8": ["fișierul nu este UTF-8: $", "salvează-l ca UTF-8 în programul din care vine"],
  outside: ["fișierul este în afara numărului: $", "copiază-l în dosarul numărului"],
  "pause-asked": ["pusă în pauză de cineva", "nimic nu pleacă până nu continui"],
  "pause-many-refused": [
    "prea mulți oameni au fost refuzați sau amânați, ultimul cu: …",
    "citește cuvintele serverului la trimiteri înainte de a continua; cauza poate fi lista sau limita serverului",
  ],
  "pause-many-uncertain": [
    "trei mesaje la rând au rămas fără răspuns: …",
    "verifică serverul înainte de a continua; acei oameni pot primi mesajul de două ori",
  ],
  "pause-policy-refused": [
    "serverul refuză chiar mesajul: …",
    "citește ce spune; cauza poate fi scrisoarea, conectarea sau SPF, DKIM și DMARC ale domeniului",
  ],
  "pause-restored": [
    "lista a fost pusă la loc dintr-o copie",
    "privește întâi trimiterile: cine a primit după facerea copiei ar primi din nou",
  ],
  "pause-sender-refused": [
    "serverul refuză mesajele acestui expeditor: …",
    "cere furnizorului să permită adresa expeditorului, apoi continuă",
  ],
  "pause-sign-in": [
    "serverul a refuzat conectarea: …",
    "verifică numele și parola; mulți furnizori vor o parolă de aplicație",
  ],
  "pause-too-large": [
    "mesajul este mai mare decât primește serverul",
    "micșorează imaginile sau leagă PDF-ul în loc să-l atașezi",
  ],
  "pause-too-late": [
    "ora la care trebuia să plece a trecut",
    "citește din nou scrisoarea; dacă mai este bună, continuă și pleacă îndată",
  ],
  "pause-unfit": [
    "serverul nu se poate folosi așa cum este stabilit: …",
    "verifică portul și securitatea serverului: TLS de la început pentru 465, STARTTLS pentru 587",
  ],
  "pause-unreachable": [
    "serverul nu a putut fi găsit: …",
    "verifică rețeaua, numele serverului și portul, apoi continuă",
  ],
  "pause-untrusted": [
    "serverul nu este de încredere: …",
    "verifică numele serverului; nu s-a trimis nici parola, nici mesajul, și nici n-ar trebui până nu este în regulă",
  ],
  "relay-not-private": ["serverul nu oferă o legătură ascunsă: $", "alege altă securitate sau alt port"],
  "relay-sign-in": [
    "serverul a refuzat conectarea: $",
    "mulți furnizori vor o parolă de aplicație, nu parola contului",
  ],
  "relay-unfit": ["serverul nu știe ce i se cere: $"],
  "relay-unreachable": ["serverul nu răspunde: $", "verifică serverul, portul și rețeaua"],
  "segment-field": ["lista nu are câmpul: $"],
  "segment-form": ["expresia nu poate fi înțeleasă: $", 'de exemplu `country = "RO" and tag = "press"`'],
  "segment-quote": ["lipsește ghilimeaua de închidere"],
  "segment-size": ["expresia este prea lungă"],
  "send-put-back": [
    "lista a fost pusă la loc dintr-o copie, iar trimiterea așteaptă acolo cuvântul tău",
    "vezi cum stă și continuă dacă mai este valabilă",
  ],
  "send-locked": ["altă trimitere este în curs pe acest calculator", "așteaptă să se termine sau oprește-o"],
  "send-paused": ["trimiterea este oprită: $", "se continuă când spui tu"],
  "sender-not-set-up": ["expeditorul buletinului nu este stabilit", "scrie adresa lui în Setări"],
  "stale-fix": ["fișierul s-a schimbat de când s-a făcut observația: $"],
  "still-suppressed": ["persoanei nu i se mai poate scrie: $"],
  "store-backup": ["copia listei nu s-a putut face", "verifică spațiul liber de pe disc"],
  "store-database": ["lista nu poate fi folosită"],
  "store-folder": ["dosarul cu lista nu poate fi folosit: $"],
  "store-full": ["discul este plin", "fă loc; nimic nu s-a pierdut"],
  "store-newer": ["lista a fost scrisă de un Masthead mai nou: $", "deschide-o cu acela"],
  "store-sending": ["acum se trimite o ediție", "încearcă după ce se termină"],
  "test-not-taken": ["proba nu a fost primită: $"],
  "too-large": ["fișierul este prea mare: $", "micșorează-l"],
  "unchangeable-field": [
    "câmpul este scris în fișier într-un fel care nu se poate schimba de aici: $",
    "schimbă-l de mână, sau scrie-l pe un rând al lui sub tabelul lui",
  ],
  "unreadable-issue": [
    "setările numărului nu pot fi citite",
    "verificarea numește rândul; îndreaptă-l acolo",
  ],
};

/** A failure in Romanian, or nothing where there are no words for it. */
export function failure(code: string, message: string): Said | null {
  const known = FAILURES[code];
  if (known === undefined) return null;
  const names = (message.match(/`[^`]*`/g) ?? []).join(", ");
  const [said, hint = null] = known;
  const heard = message.split(": ").slice(1).join(": ");
  const named = names === "" ? said.replace(/: \$$/, "") : said.replace("$", () => names);
  return { message: named.replace("…", () => heard), hint };
}
