<?php
/*
 * The unsubscribe box of a Masthead newsletter: this one file, for a web space with PHP 7.4 or newer and sodium.
 *
 * A link in the newsletter carries a token that the desk signed. This file holds the public key alone: it can check a
 * token and make none, and it knows no mail address. A GET shows a page and changes nothing, because link scanners
 * follow every link. A POST is written down, flushed to the disk, and only then answered. The desk fetches what was
 * written with a request that it signs with the same key.
 *
 * What is written lies outside the document root where that is possible, else beside this file under a name nobody
 * can guess, each file beginning with a line that shows nothing when it is asked for. To choose another place, write
 * its path into FOLDER; it must be there, and PHP must be able to write to it.
 */
declare(strict_types=1);

const FOLDER = '';
const PUBLIC_KEY = '@PUBLIC_KEY@';
const LISTING = '@LIST@';
const VAULT = '@VAULT@';
const NAME = '@NAME@';
const CONTACT = '@CONTACT@';
const LANGUAGES = ['@LANGUAGES@'];
const INK = '@INK@';
const ACCENT = '@ACCENT@';

const GUARD = "<?php http_response_code(404); exit; ?>\n";
const SEGMENT = 1000000;
const MOST_SEGMENTS = 64;
const MOST_OF_ONE = 20;
const SKEW = 300;

const WORDS = [
    'en' => [
        'leave' => 'Unsubscribe',
        'leave-ask' => 'Press the button, and no further newsletter of this list will be sent to you.',
        'leave-done' => 'You are unsubscribed',
        'leave-done-more' => 'It may take a few minutes until a mailing that has begun takes note of it.',
        'preferences' => 'Preferences',
        'more' => 'Choose a language instead',
        'language' => 'Language of the newsletter',
        'save' => 'Save',
        'saved' => 'Your choice is saved',
        'all' => 'Unsubscribe from everything',
        'all-ask' => 'Ends every mailing of this publisher to you.',
        'confirm' => 'Yes, subscribe me',
        'confirm-title' => 'Confirm your subscription',
        'confirm-ask' => 'Press the button to receive the newsletter. If you did not ask for it, simply close this page.',
        'confirm-done' => 'Your subscription is confirmed',
        'bad' => 'This link does not work',
        'bad-more' => 'It is not whole, or it belongs to another list. Open it once more from the newsletter, or write to',
        'full' => 'This did not work just now',
        'full-more' => 'Please try again in an hour, or write to',
    ],
    'ro' => [
        'leave' => 'Dezabonare',
        'leave-ask' => 'Apăsați butonul și nu veți mai primi niciun buletin din această listă.',
        'leave-done' => 'V-ați dezabonat',
        'leave-done-more' => 'Pot trece câteva minute până când o expediere deja începută ține seama de aceasta.',
        'preferences' => 'Preferințe',
        'more' => 'Alegeți mai degrabă o limbă',
        'language' => 'Limba buletinului',
        'save' => 'Salvați',
        'saved' => 'Alegerea dumneavoastră a fost salvată',
        'all' => 'Dezabonare de la tot',
        'all-ask' => 'Încheie orice expediere a acestui editor către dumneavoastră.',
        'confirm' => 'Da, mă abonez',
        'confirm-title' => 'Confirmați abonarea',
        'confirm-ask' => 'Apăsați butonul pentru a primi buletinul. Dacă nu l-ați cerut, închideți pur și simplu pagina.',
        'confirm-done' => 'Abonarea dumneavoastră este confirmată',
        'bad' => 'Acest link nu funcționează',
        'bad-more' => 'Nu este întreg sau aparține altei liste. Deschideți-l din nou din buletin sau scrieți la',
        'full' => 'Nu a mers chiar acum',
        'full-more' => 'Încercați din nou peste o oră sau scrieți la',
    ],
];
const NAMES = ['en' => 'English', 'ro' => 'Română', 'de' => 'Deutsch', 'fr' => 'Français', 'es' => 'Español',
    'it' => 'Italiano', 'pt' => 'Português', 'hu' => 'Magyar', 'uk' => 'Українська', 'pl' => 'Polski',
    'nl' => 'Nederlands', 'ar' => 'العربية', 'he' => 'עברית'];

answer();

function answer(): void
{
    // Nobody's mail program may end a write half way, and no setting of the host may add a cookie.
    ignore_user_abort(true);
    header_remove('Set-Cookie');
    header_remove('X-Powered-By');
    header('Cache-Control: no-store');
    header('Referrer-Policy: no-referrer');
    header('X-Robots-Tag: noindex, nofollow');
    header('X-Content-Type-Options: nosniff');
    $method = $_SERVER['REQUEST_METHOD'] ?? 'GET';
    if (!in_array($method, ['GET', 'HEAD', 'POST'], true)) {
        header('Allow: GET, HEAD, POST');
        http_response_code(405);
        return;
    }
    if ($method === 'POST' && isset($_GET['pull'])) {
        pull();
        return;
    }
    $token = isset($_GET['t']) && is_string($_GET['t']) ? $_GET['t'] : '';
    $said = understood($token);
    $words = words($said === null ? '' : $said['language']);
    if ($said === null) {
        http_response_code(400);
        page($words, 'bad', sentence($words['bad-more'], true));
    } elseif ($method === 'POST') {
        act($token, $said, $words);
    } else {
        ask($token, $said, $words);
    }
}

/** What a token says, or null where it is not one that the desk signed for this list. */
function understood(string $token): ?array
{
    $bytes = decoded($token, 400);
    if ($bytes === null || strlen($bytes) < 93 || strlen($bytes) > 192) {
        return null;
    }
    $payload = substr($bytes, 0, -64);
    if (!signed('masthead link ', $payload, substr($bytes, -64))) {
        return null;
    }
    if ($payload[0] !== "\x01" || !hash_equals(hex2bin(LISTING), substr($payload, 2, 8))) {
        return null;
    }
    return ['kind' => $payload[1], 'language' => substr($payload, 26, 2)];
}

function signed(string $domain, string $payload, string $signature): bool
{
    try {
        return sodium_crypto_sign_verify_detached($signature, $domain . $payload, hex2bin(PUBLIC_KEY));
    } catch (SodiumException $refused) {
        return false;
    }
}

/** Strict base64 for addresses: no padding, no stray bits, nothing else. */
function decoded(string $text, int $most): ?string
{
    if ($text === '' || strlen($text) > $most) {
        return null;
    }
    try {
        $bytes = sodium_base642bin($text, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
    } catch (SodiumException $refused) {
        return null;
    }
    return sodium_bin2base64($bytes, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING) === $text ? $bytes : null;
}

function act(string $token, array $said, array $words): void
{
    $wish = wish($said['kind']);
    if ($wish === null) {
        http_response_code(400);
        page($words, 'bad', sentence($words['bad-more'], true));
        return;
    }
    $code = written($token, $wish);
    http_response_code($code);
    if ($code !== 200) {
        header('Retry-After: 3600');
        page($words, 'full', sentence($words['full-more'], true));
        return;
    }
    if (strpos($wish, 'language/') === 0) {
        page(words(substr($wish, 9)), 'saved', '');
    } elseif (strpos($wish, 'confirm/') === 0) {
        page($words, 'confirm-done', '');
    } else {
        page($words, 'leave-done', sentence($words['leave-done-more'], false));
    }
}

/** What a POST wants, as the log writes it; null for one that wants nothing known. */
function wish(string $kind): ?string
{
    $from = isset($_POST['from']) ? 'page' : 'one-click';
    if ($kind === 'c') {
        return isset($_POST['confirm']) ? "confirm/$from" : null;
    }
    if ($kind !== 'u') {
        return null;
    }
    if (($_POST['List-Unsubscribe'] ?? '') === 'One-Click') {
        return "unsubscribe/$from";
    }
    $language = $_POST['language'] ?? '';
    return in_array($language, LANGUAGES, true) ? "language/$language" : null;
}

/** Writes a wish down and answers the status: 200 once it is on the disk. */
function written(string $token, string $wish): int
{
    $folder = vault();
    $lock = $folder === null ? false : fopen("$folder/lock.php", 'c');
    if ($lock === false || !flock($lock, LOCK_EX)) {
        return 503;
    }
    $number = newest($folder);
    $path = segment($folder, $number);
    $text = is_file($path) ? (string) file_get_contents($path) : '';
    $already = repeated($text, $token, $wish);
    if ($already !== null) {
        return $already;
    }
    if (strlen($text) > SEGMENT) {
        if (!room($folder, $number)) {
            return 503;
        }
        $path = segment($folder, $number + 1);
        $text = '';
    }
    $line = gmdate('Y-m-d\TH:i:s\Z') . " $wish $token\n";
    // A line that a power cut tore stays as it is and is ended.
    $lead = $text === '' ? GUARD : (substr($text, -1) === "\n" ? '' : "\n");
    return appended($path, $lead . $line, strlen($text)) ? 200 : 503;
}

/**
 * The status for a wish that needs no line: the last of this token in the segment says the same, or one token asks too
 * often. The log thus grows with the tokens that the desk signed and not with whoever repeats a request.
 */
function repeated(string $text, string $token, string $wish): ?int
{
    $end = strrpos($text, " $token\n");
    if ($end === false) {
        return null;
    }
    $line = substr($text, (int) strrpos(substr($text, 0, $end), "\n") + 1);
    if (explode(' ', $line, 3)[1] === $wish) {
        return 200;
    }
    $often = substr_count($text, " $token\n") >= MOST_OF_ONE;
    return $often && strpos($wish, 'unsubscribe/') !== 0 ? 429 : null;
}

function appended(string $path, string $bytes, int $size): bool
{
    $file = fopen($path, 'ab');
    if ($file === false) {
        return false;
    }
    @chmod($path, 0600);
    $whole = fwrite($file, $bytes) === strlen($bytes) && fflush($file);
    // PHP 8.1 and newer can wait for the disk itself; before that the system has it, which outlives this process.
    $whole = $whole && (!function_exists('fsync') || fsync($file));
    if (!$whole) {
        ftruncate($file, $size);
    }
    fclose($file);
    return $whole;
}

/** Makes room for another segment: the oldest goes, if the desk has fetched it. */
function room(string $folder, int $newest): bool
{
    $oldest = oldest($folder);
    if ($newest - $oldest + 1 < MOST_SEGMENTS) {
        return true;
    }
    return $oldest < fetched($folder) && unlink(segment($folder, $oldest));
}

function segment(string $folder, int $number): string
{
    return sprintf('%s/log-%06d.php', $folder, $number);
}

function segments(string $folder): array
{
    $numbers = [];
    foreach (scandir($folder) ?: [] as $name) {
        if (preg_match('/^log-(\d{6,9})\.php$/', $name, $found)) {
            $numbers[] = (int) $found[1];
        }
    }
    sort($numbers);
    return $numbers;
}

function newest(string $folder): int
{
    $numbers = segments($folder);
    return $numbers === [] ? 1 : (int) end($numbers);
}

function oldest(string $folder): int
{
    return segments($folder)[0] ?? 1;
}

/** The segment that the desk is reading: it has everything before it. */
function fetched(string $folder): int
{
    $text = (string) @file_get_contents("$folder/fetched.php");
    return (int) substr($text, strlen(GUARD));
}

/** The folder with the log; made when it is not there. */
function vault(): ?string
{
    $places = [__DIR__];
    $root = $_SERVER['DOCUMENT_ROOT'] ?? '';
    if (FOLDER !== '') {
        $places = [FOLDER];
    } elseif ($root !== '' && dirname($root) !== $root) {
        array_unshift($places, dirname($root));
    }
    foreach ($places as $place) {
        if (@is_dir("$place/" . VAULT)) {
            return "$place/" . VAULT;
        }
    }
    foreach ($places as $place) {
        $folder = "$place/" . VAULT;
        // Another request may make it at the same moment.
        if (@is_writable($place) && (@mkdir($folder, 0700) || is_dir($folder))) {
            @file_put_contents("$folder/.htaccess", "Require all denied\n");
            return $folder;
        }
    }
    return null;
}

/** Gives the desk what was written after a place in the log. */
function pull(): void
{
    header('Content-Type: text/plain; charset=utf-8');
    $time = is_string($_POST['time'] ?? null) ? $_POST['time'] : '';
    $after = is_string($_POST['after'] ?? null) ? $_POST['after'] : '';
    $signature = decoded(is_string($_POST['signature'] ?? null) ? $_POST['signature'] : '', 100);
    $asked = LISTING . "\n$time\n$after\n";
    if ($signature === null || !preg_match('/^\d{1,12}$/', $time) || !preg_match('/^(\d{1,9}):(\d{1,9})$/', $after, $at)
        || !signed('masthead pull ', $asked, $signature)) {
        http_response_code(403);
        echo "refused\n";
        return;
    }
    if (abs(time() - (int) $time) > SKEW) {
        http_response_code(403);
        echo 'clock ' . time() . "\n";
        return;
    }
    told((int) $at[1], (int) $at[2]);
}

function told(int $number, int $offset): void
{
    $folder = vault();
    $lock = $folder === null ? false : fopen("$folder/lock.php", 'c');
    if ($lock === false || !flock($lock, LOCK_EX)) {
        http_response_code(503);
        echo "the folder cannot be written\n";
        return;
    }
    $size = @filesize(segment($folder, $number));
    // A place that is not in this log, as after it was moved or restored: everything there is, once more.
    if ($size === false || $offset > $size) {
        $number = oldest($folder);
        $offset = 0;
    }
    if ($number > fetched($folder)) {
        file_put_contents("$folder/fetched.php", GUARD . $number);
    }
    $text = (string) @file_get_contents(segment($folder, $number));
    $lines = substr($text, max($offset, strlen(GUARD)));
    $more = $number < newest($folder);
    $next = $more ? ($number + 1) . ':0' : "$number:" . strlen($text);
    echo 'masthead-box 1 ' . time() . " $next " . ($more ? 'more' : 'end') . "\n" . $lines;
}

function words(string $language): array
{
    if (!isset(WORDS[$language])) {
        $wanted = strtolower($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? '');
        $language = 'en';
        foreach (explode(',', $wanted) as $one) {
            if (isset(WORDS[substr(trim($one), 0, 2)])) {
                $language = substr(trim($one), 0, 2);
                break;
            }
        }
    }
    return WORDS[$language] + ['code' => $language];
}

function ask(string $token, array $said, array $words): void
{
    if ($said['kind'] === 'c') {
        page($words, 'confirm-title', sentence($words['confirm-ask'], false) . button($token, 'confirm', 'yes', $words['confirm']));
    } elseif (isset($_GET['preferences'])) {
        page($words, 'preferences', choices($token, $said, $words));
    } else {
        $other = count(LANGUAGES) < 2 ? '' : '<p><a href="' . own($token) . '&amp;preferences">' . plain($words['more']) . '</a></p>';
        page($words, 'leave', sentence($words['leave-ask'], false) . leave($token, $words['leave']) . $other);
    }
}

function choices(string $token, array $said, array $words): string
{
    $rows = '';
    foreach (LANGUAGES as $code) {
        $mark = $code === $said['language'] ? ' checked' : '';
        $name = plain(NAMES[$code] ?? $code);
        $rows .= "<label lang=\"$code\"><input type=\"radio\" name=\"language\" value=\"$code\"$mark> $name</label>";
    }
    $legend = plain($words['language']);
    $save = plain($words['save']);
    return '<form method="post" action="' . own($token) . "\"><fieldset><legend>$legend</legend>$rows</fieldset>"
        . "<input type=\"hidden\" name=\"from\" value=\"page\"><button>$save</button></form><hr>"
        . sentence($words['all-ask'], false) . leave($token, $words['all']);
}

function leave(string $token, string $label): string
{
    return button($token, 'List-Unsubscribe', 'One-Click', $label);
}

function button(string $token, string $name, string $value, string $label): string
{
    return '<form method="post" action="' . own($token) . "\"><input type=\"hidden\" name=\"from\" value=\"page\">"
        . "<input type=\"hidden\" name=\"$name\" value=\"$value\"><button>" . plain($label) . '</button></form>';
}

/** This page's own address; a token that was understood holds nothing that markup could trip over. */
function own(string $token): string
{
    return '?t=' . $token;
}

function sentence(string $text, bool $contact): string
{
    $where = $contact && CONTACT !== '' ? ' <a href="mailto:' . plain(rawurlencode(CONTACT)) . '">' . plain(CONTACT) . '</a>' : '';
    return '<p>' . plain($text) . "$where</p>";
}

function plain(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

function page(array $words, string $title, string $body): void
{
    $style = 'html{color-scheme:light dark}body{margin:0;background:#fff;color:' . INK . ';font:1.125rem/1.55 Georgia,serif}'
        . 'main{max-width:34rem;margin:0 auto;padding:12vh 1.25rem 4rem;border-top:.4rem solid ' . ACCENT . '}'
        . 'p.name{font:700 .8rem/1.2 system-ui,sans-serif;letter-spacing:.12em;text-transform:uppercase;margin:0}'
        . 'h1{font-size:2.1rem;line-height:1.15;letter-spacing:-.02em;margin:.5rem 0 1rem}a{color:inherit}'
        . 'button{font:600 1.05rem system-ui,sans-serif;color:#fff;background:' . INK . ';border:0;border-radius:6px;'
        . 'padding:.85rem 1.5rem;margin:.75rem 0;cursor:pointer}:focus-visible{outline:3px solid ' . ACCENT . ';outline-offset:3px}'
        . 'fieldset{border:1px solid;border-radius:6px;padding:.5rem 1rem}label{display:block;padding:.4rem 0}'
        . 'hr{border:0;border-top:1px solid;opacity:.3;margin:2rem 0}'
        . '@media(prefers-color-scheme:dark){body{background:' . INK . ';color:#fff}button{background:#fff;color:' . INK . '}}';
    $hash = base64_encode(hash('sha256', $style, true));
    header("Content-Security-Policy: default-src 'none'; style-src 'sha256-$hash'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    header('Content-Type: text/html; charset=utf-8');
    header('Content-Language: ' . $words['code']);
    $heading = plain($words[$title]);
    echo "<!doctype html>\n<html lang=\"{$words['code']}\"><head><meta charset=\"utf-8\"><title>$heading · " . plain(NAME)
        . '</title><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        . "<link rel=\"icon\" href=\"data:,\"><style>$style</style></head><body><main><p class=\"name\">" . plain(NAME)
        . "</p><h1>$heading</h1>$body</main></body></html>\n";
}
