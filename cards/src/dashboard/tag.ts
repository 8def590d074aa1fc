import type { CardKey } from "../cards";

/** What the loader calls a card; to import it from there would load the loader twice. */
export const tag = (key: CardKey): string => `chocolate-factory-${key}-card`;
