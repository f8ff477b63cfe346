/* The words of a text and their stems, as layouts/_partials/search/words.html and language.html make them for the index. */
import * as params from "@params";

const unspaced = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]";
const parts = new RegExp(`${unspaced}+|(?:(?!${unspaced})[\\p{L}\\p{N}\\p{M}])+`, "gu");
const runs = new RegExp(`^${unspaced}`, "u");
const ending = params.language.stem && new RegExp(params.language.stem, "u");
const dull = new Set(params.language.stop.split(" "));

/* Returns a text without accents and capitals. */
export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/* Returns the words of a text. Of scripts that do not space their words, every two characters in a row are one. */
export function words(text) {
  return (text.toLowerCase().match(parts) ?? []).flatMap((word) => {
    const letters = [...word];
    return runs.test(word) && letters.length > 2 ? letters.slice(1).map((letter, i) => letters[i] + letter) : word;
  });
}

/* Returns what a word is searched by, nothing for one that says nothing. */
export function stem(word) {
  if (dull.has(word)) return "";
  const found = ending && word.match(ending);
  return plain(found ? found.slice(1).join("") : word);
}
