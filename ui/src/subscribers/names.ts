// The languages and countries that people are asked for, by their names in the window's language.
import { country, languageName, words } from "../words";

const LANGUAGES =
  "ar be bg bs ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy is it ja ka kk ko lb lt lv mk mt nb nl nn pl pt " +
  "ro ru sk sl sq sr sv th tr uk vi zh";
const COUNTRIES =
  "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU " +
  "CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN " +
  "IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT " +
  "MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL " +
  "SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS XK YE ZA ZM ZW";

export interface Option {
  readonly value: string;
  readonly text: string;
}

const sorted = (codes: string, name: (code: string) => string): readonly Option[] =>
  codes
    .split(" ")
    .map((value) => ({ value, text: name(value) }))
    .sort((a, b) => a.text.localeCompare(b.text, words.locale));

const languages = sorted(LANGUAGES, languageName);
const countries = sorted(COUNTRIES, country);

/** The list with a first line for nothing, and with what a person has now, even where nobody knows its name. */
function withOwn(list: readonly Option[], own: string, name: string): readonly Option[] {
  const nothing = { value: "", text: words.person.unknown };
  const known = own === "" || list.some(({ value }) => value === own);
  return known ? [nothing, ...list] : [nothing, { value: own, text: name }, ...list];
}

/** The languages to choose from, one of them `own`. */
export const languagesWith = (own: string): readonly Option[] => withOwn(languages, own, languageName(own));

/** The countries to choose from, one of them `own`. */
export const countriesWith = (own: string): readonly Option[] => withOwn(countries, own, country(own));
