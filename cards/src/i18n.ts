/** The texts of the cards. */

import en from "./translations/en.json";
import es from "./translations/es.json";

/** The paths of all texts in a tree of them, like "week.title". */
type Paths<Tree> = {
  [Name in keyof Tree & string]: Tree[Name] extends string ? Name : `${Name}.${Paths<Tree[Name]>}`;
}[keyof Tree & string];

export type Key = Paths<typeof en>;

type Tree = { readonly [name: string]: string | Tree };

const LANGUAGES: Record<string, Tree> = { en, es };

/** The text in the language, or in English; `{name}` becomes the value of that name. */
export function localize(
  language: string,
  key: Key,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text = find(LANGUAGES[language.slice(0, 2).toLowerCase()] ?? en, key);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function find(tree: Tree, key: string): string {
  let found: string | Tree | undefined = tree;
  for (const name of key.split(".")) found = typeof found === "object" ? found[name] : undefined;
  return typeof found === "string" ? found : "";
}
