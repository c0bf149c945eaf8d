import { isTechnicalWord } from '../model/vocabulary/technical-values.ts';
import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';

const PRODUCT =
  '(?:iPhone|iPad|iPod|iMac|Mac(?:Book)?|AirPods?|Apple Watch|Watch|Galaxy|Pixel|Phone|Beats|Buds|Headphones|Headset|Earbuds|Camera|Webcam|Kamera|Microphone|Mikrofon|Speakers?|Laptop|Desktop|PC|TV|Tablet)';
const MODEL = '(?: (?:Pro|Air|Max|Mini|Plus|Ultra|[A-Z\\d][\\w-]{0,30})){0,4}';
/** `Anna's AirPods Pro`, `Klaus’ iPhone`: names that Apple's and other systems give to devices. */
const OWNED = new RegExp(
  `(?<![\\p{L}\\p{N}_-])([\\p{L}\\p{N}_-]{1,64})['’\`]s? (?:[\\p{Lu}\\p{N}][\\p{L}\\p{N}-]{0,30} ){0,3}${PRODUCT}${MODEL}`,
  'gu',
);
/** `iPhone von Anna`, `AirPods de Luc`. */
const PRODUCT_OF = new RegExp(
  `(?<![\\p{L}\\p{N}_-])${PRODUCT}(?: (?:Pro|Air|Max|Mini|Plus|Ultra|\\d{1,2})){0,3} (?:von|de|di|van|do|da) (?:[Mm]e )?(\\p{Lu}[\\p{L}\\p{M}-]{1,30})`,
  'gu',
);
/** Words before `'s` and behind `von` that name nobody. */
const NOBODY = new Set(
  (
    'it that this what there here he she let who everybody everyone somebody someone nobody one other another my your ' +
    'our their its doesn isn wasn aren won couldn shouldn hasn haven don person people customer patient computer machine ' +
    'driver hardware chip card adapter dock hub website manufacturer company team kernel apple google microsoft samsung ' +
    'sony logitech jabra poly plantronics sennheiser bose dell lenovo hp asus acer intel huawei xiaomi motorola nokia ' +
    'amazon meta cisco today yesterday tomorrow week month year system chrome safari firefox laptop monitor phone pc mac'
  ).split(' '),
);

function isNobody(owner: string): boolean {
  const lower = owner.toLowerCase();
  return NOBODY.has(lower) || NOBODY.has(lower.replace(/s$/, '')) || isTechnicalWord(lower);
}

/** Reports devices in texts that are named after their owners. */
export function findOwnedDevices(text: string, report: Report, replace: (label: string) => string): void {
  for (const [pattern, hint] of [
    [OWNED, /['’`]/],
    [PRODUCT_OF, / (?:von|de|di|van|do|da) /],
  ] as const) {
    if (!hint.test(text)) continue;
    eachMatch(text, pattern, (match) => {
      if (!isNobody(match[1]!)) report(match.index, match.index + match[0].length, replace(match[0]));
    });
  }
}
