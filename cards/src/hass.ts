/** What we use of the object that Home Assistant's frontend hands to every card. */

export interface HassEntity {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
  last_changed: string;
  last_updated: string;
}

export type Unsubscribe = () => Promise<void>;

/** The websocket, of which home-assistant-js-websocket takes care. */
export interface Connection {
  readonly connected: boolean;
  /** Goes on after a reconnect by itself, unless told otherwise. */
  subscribeMessage<Message>(
    callback: (message: Message) => void,
    command: { type: string; [key: string]: unknown },
    options?: { resubscribe?: boolean },
  ): Promise<Unsubscribe>;
  sendMessagePromise<Result>(command: { type: string; [key: string]: unknown }): Promise<Result>;
  addEventListener(event: "ready" | "disconnected" | "reconnect-error", callback: () => void): void;
  removeEventListener(
    event: "ready" | "disconnected" | "reconnect-error",
    callback: () => void,
  ): void;
}

export interface Locale {
  language: string;
  number_format:
    | "language"
    | "system"
    | "comma_decimal"
    | "decimal_comma"
    | "quote_decimal"
    | "space_comma"
    | "none";
  time_format: "language" | "system" | "12" | "24";
  date_format: "language" | "system" | "DMY" | "MDY" | "YMD";
  /** Whose time zone is shown: the browser's or Home Assistant's. */
  time_zone: "local" | "server";
  first_weekday:
    | "language"
    | "monday"
    | "tuesday"
    | "wednesday"
    | "thursday"
    | "friday"
    | "saturday"
    | "sunday";
}

export interface ActionResult<Response> {
  response?: Response;
}

export interface Hass {
  states: Record<string, HassEntity | undefined>;
  entities: Record<string, { platform?: string; device_id?: string } | undefined>;
  devices: Record<string, { primary_config_entry: string | null } | undefined>;
  connection: Connection;
  connected: boolean;
  user?: { id: string; name: string; is_admin: boolean };
  language: string;
  locale: Locale;
  config: {
    time_zone: string;
    currency: string;
    unit_system: { temperature: string };
  };
  themes: { darkMode: boolean };
  panels?: Record<string, unknown>;
  localize(key: string, values?: Record<string, string | number>): string;
  /** Not every text is there from the start. */
  loadBackendTranslation?(category: string, integration: string): Promise<Hass["localize"]>;
  callService<Response = unknown>(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: { entity_id?: string | string[]; device_id?: string | string[] },
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<ActionResult<Response>>;
  callWS<Result>(command: { type: string; [key: string]: unknown }): Promise<Result>;
  formatEntityState(entity: HassEntity, state?: string): string;
  formatEntityAttributeValue(entity: HassEntity, attribute: string, value?: unknown): string;
}
