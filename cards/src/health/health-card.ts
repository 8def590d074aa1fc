import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { HealthCardConfig } from "../cards";
import { FactoryCard } from "../core/factory-card";
import type { Format } from "../core/format";
import { addDays } from "../core/local-time";
import type { View } from "../core/view";
import type { Dashboard, Job, Source, Status } from "../factory-data";
import type { Key } from "../i18n";
import { Doings, whyNoModel } from "./doings";
import { reasonOf, results, troubled } from "./figures";
import { strip } from "./strip";
import { styles } from "./styles";

const STATUS_ICONS: Readonly<Record<Status, string>> = {
  ok: "mdi:check-circle",
  degraded: "mdi:alert",
  failing: "mdi:close-octagon",
};

const SOURCE_ICONS: Readonly<Record<Source["state"], string>> = {
  ok: "mdi:check",
  failing: "mdi:alert",
  refusing: "mdi:close-octagon",
};

const RESULT_ICONS: Readonly<Record<NonNullable<Job["last_result"]>, string>> = {
  ok: "mdi:check",
  nothing: "mdi:check",
  partial: "mdi:alert",
  failed: "mdi:close-octagon",
};

@customElement("chocolate-factory-health-card-content")
export class HealthCard extends FactoryCard<HealthCardConfig> {
  protected override readonly heading = "health.title";
  /** The day of a series that is told. */
  @state() private chosen: { series: string; day: number } | undefined;
  readonly #doings = new Doings(this);

  protected override content({ data }: View, format: Format): TemplateResult {
    const mayAct = this.hass?.user?.is_admin && this.config?.actions;
    return html`
      <div class="health">
        ${this.#status(data)} ${mayAct ? this.#doings.buttons(data) : nothing}
        <section>${this.#completeness(data, format)}</section>
        <section>${this.#sources(data, format)}</section>
        <section>${this.#models(data, format)}</section>
        <section>${this.#jobs(data, format)}</section>
      </div>
    `;
  }

  #status({ health }: Dashboard): TemplateResult {
    const { status, reasons } = health;
    return html`<div class="status ${status ?? "unknown"}">
      <ha-icon
        icon=${status ? STATUS_ICONS[status] : "mdi:progress-question"}
        aria-hidden="true"
      ></ha-icon>
      <p>${this.text(`health.status.${status ?? "unknown"}`)}</p>
      ${
        reasons.length
          ? html`<ul>
              ${reasons.map((reason) => html`<li>${this.#reason(reason)}</li>`)}
            </ul>`
          : nothing
      }
    </div>`;
  }

  #reason(reason: string): string {
    const { key, subject } = reasonOf(reason);
    const values = { subject: key === "job_failing" ? this.#jobName(subject) : subject };
    return this.text(`health.reasons.${key}` as Key, values) || reason;
  }

  #completeness({ history }: Dashboard, format: Format): TemplateResult {
    const { series, first_day: first, backlog, completeness } = history;
    const { chosen } = this;
    const told = (days: readonly (number | null)[], day: number): string => {
      const percent = days[day];
      return `${format.longDay(addDays(first, day))}: ${
        percent === null || percent === undefined
          ? this.text("health.not_due")
          : format.percent(percent, percent < 100 && percent >= 99 ? 2 : 0)
      }`;
    };
    const line = series.find((one) => one.series === chosen?.series);
    return html`
      <h3>
        ${this.text("health.last_days", { days: series[0]?.days.length ?? 30 })}
        <b>${this.#percent(completeness, format)}</b>
      </h3>
      <div class="series">
        ${series.map(({ series: name, days, completeness: share }) => {
          const day = chosen?.series === name ? chosen.day : null;
          const label = this.nameText("data_completeness", name);
          return html`<span class="name">${label}</span>
            ${strip({
              label,
              days,
              chosen: day,
              told: told(days, day ?? days.length - 1),
              choose: (at) => {
                this.chosen = at === null ? undefined : { series: name, day: at };
              },
            })}
            <span class="share">${this.#percent(share, format)}</span>`;
        })}
        <p class="axis ${line ? "told" : ""}" aria-hidden="true">
          ${
            line && chosen
              ? html`<b>${told(line.days, chosen.day)}</b>`
              : html`<span>${format.day(first)}</span><span>${this.text("health.today")}</span>`
          }
        </p>
      </div>
      <p class="aside">
        ${
          history.is_filling
            ? this.text("health.is_filling", { count: format.number(backlog) })
            : this.text(backlog ? "health.backlog" : "health.no_backlog", {
                count: format.number(backlog),
              })
        }
      </p>
    `;
  }

  /** Never rounded up: what lacks anything is not complete. */
  #percent(share: number, format: Format): string {
    return format.percent(share === 100 ? 100 : Math.floor(share * 10) / 10, share === 100 ? 0 : 1);
  }

  #sources({ health, prices, weather }: Dashboard, format: Format): TemplateResult {
    const from = [
      [
        this.text("health.prices_from"),
        prices.source && this.stateText("price_source", prices.source),
      ],
      [
        this.text("health.weather_from"),
        weather.source && this.stateText("weather_source", weather.source),
      ],
    ] as const;
    return html`
      <h3>${this.text("health.sources")}</h3>
      <dl class="pairs">
        ${from.map(
          ([what, who]) => html`<div>
            <dt>${what}</dt>
            <dd>${who ?? this.text("health.nobody")}</dd>
          </div>`,
        )}
        ${health.sources.map((source) => this.#source(source, format))}
      </dl>
    `;
  }

  #source({ host, state, retry_at: retry }: Source, format: Format): TemplateResult {
    const when = retry && Date.parse(retry) > this.now ? format.time(retry) : "";
    const text = this.text(`health.hosts.${state}`);
    return html`<div>
      <dt>${host}</dt>
      <dd class=${state}>
        <ha-icon icon=${SOURCE_ICONS[state]} aria-hidden="true"></ha-icon>
        <span>
          ${text}${when ? html`, ${this.text("health.again_at", { when })}` : nothing}
        </span>
      </dd>
    </div>`;
  }

  #models({ models }: Dashboard, format: Format): TemplateResult {
    const all = results(models);
    const best = (name: "fit" | "accuracy") => Math.max(...all.map((one) => one[name] ?? -9));
    return html`
      <h3>${this.text("health.models")}</h3>
      ${
        all.length
          ? html`<table>
              <caption class="visually-hidden">${this.text("health.unseen")}</caption>
              <thead>
                <tr>
                  <td></td>
                  <th scope="col">${this.text("health.fit")}</th>
                  <th scope="col">${this.text("health.accuracy")}</th>
                </tr>
              </thead>
              <tbody>
                ${all.map(
                  ({ who, fit, accuracy, work }) => html`<tr class=${who}>
                    <th scope="row">
                      ${this.text(`health.who.${who}`)}
                      ${work ? html`<span class="chip">${this.text(`health.${work}`)}</span>` : nothing}
                    </th>
                    ${this.#figure(fit, format.number(fit, 2), fit === best("fit"))}
                    ${this.#figure(
                      accuracy,
                      accuracy === null ? "–" : format.percent(100 * accuracy),
                      accuracy === best("accuracy"),
                    )}
                  </tr>`,
                )}
              </tbody>
            </table>`
          : nothing
      }
      ${all.some(({ work }) => work === "partly") ? html`<p class="aside">${this.text("health.shared")}</p>` : nothing}
      ${
        models.reason
          ? html`<p>
              ${this.text("health.rule_works", {
                why: whyNoModel(this, models.reason),
              })}
            </p>`
          : nothing
      }
      ${this.#trained(models, format)}
      ${
        Object.keys(models.refused).length
          ? html`<p class="bad">
              ${this.text("health.refused", { names: Object.keys(models.refused).join(", ") })}
            </p>`
          : nothing
      }
    `;
  }

  #figure(share: number | null, text: string, isBest: boolean): TemplateResult {
    const width = 100 * Math.min(Math.max(share ?? 0, 0), 1);
    return html`<td class=${isBest ? "best" : ""}>
      ${text}<span class="bar" aria-hidden="true"><i style="width: ${width}%"></i></span>
    </td>`;
  }

  #trained({ trained, trainer, rows, span }: Dashboard["models"], format: Format) {
    if (!trained) return nothing;
    const by = trainer ? this.stateText("last_training", trainer, "trainer") : "–";
    const parts = [this.text("health.trained", { when: format.dateTime(trained), by })];
    if (rows && span) {
      const [from, to] = [format.date(span.start), format.date(span.end)];
      parts.push(this.text("health.learned", { count: format.number(rows), from, to }));
    }
    return html`<p class="aside">${parts.join(" ")}</p>`;
  }

  #jobs({ jobs }: Dashboard, format: Format): TemplateResult {
    const first = troubled(jobs);
    const others = jobs.filter((job) => !first.includes(job));
    const key = first.length ? "health.other_jobs" : "health.all_jobs";
    const list = (some: readonly Job[]) =>
      html`<ul class="jobs">
        ${some.map((job) => this.#job(job, format))}
      </ul>`;
    return html`
      <h3>${this.text("health.jobs")}</h3>
      ${first.length ? list(first) : nothing}
      <details>
        <summary>${this.text(key, { count: others.length })}</summary>
        ${list(others)}
      </details>
    `;
  }

  #job(job: Job, format: Format): TemplateResult {
    const { last_result: result, last_run: last, next_run: next, failures, running } = job;
    const isBad = failures > 0 || result === "failed";
    const icon = running ? "mdi:progress-clock" : result ? RESULT_ICONS[result] : "mdi:minus";
    const outcome = running ? "running" : result ? (`results.${result}` as const) : "never";
    const times = [this.text("health.next_at", { when: this.#moment(next, format) })];
    if (last) times.unshift(this.text("health.last_at", { when: this.#moment(last, format) }));
    return html`<li class=${isBad ? "failed" : (result ?? "")}>
      <span>${this.#jobName(job.name)}</span>
      <span class="result">
        <ha-icon icon=${icon} aria-hidden="true"></ha-icon>
        ${this.text(`health.${outcome}`)}${failures > 1 ? ` × ${format.number(failures)}` : ""}
      </span>
      <small>${times.join(" · ")}</small>
      ${isBad && job.detail ? html`<small lang="en">${job.detail}</small>` : nothing}
    </li>`;
  }

  #jobName(name: string): string {
    return this.text(`job.${name}` as Key) || name.replaceAll("_", " ");
  }

  /** The time, and the day as well if it is far off. */
  #moment(at: string, format: Format): string {
    const isNear = Math.abs(Date.parse(at) - this.now) < 12 * 3_600_000;
    return isNear ? format.time(at) : format.dayTime(at);
  }

  static override styles = [...FactoryCard.styles, styles];
}
