import{a as e,f as t,l as n,s as r,t as i,u as a}from"./lit-64fd5920.js";import{c as o,t as s}from"./factory-card-7e8b3929.js";function c(e){return e==null?`none`:e>=99.995?`all`:e>=90?`most`:e>=50?`some`:`little`}function l(e){return e.filter(e=>e.failures||e.running||e.last_result===`failed`).sort((e,t)=>t.failures-e.failures)}function u(e){let[t=``,...n]=e.split(`: `);return{key:t,subject:n.join(`: `)}}var d=[`model`,`rule`,`naive`];function f(e){let{score:t,recommendation:n,share:r,score_share:i}=e,a={model:p(r,i),rule:p(1-r,1-i)};if(!t&&!n)return[];let o=(e,t)=>e?.[t]??null;return d.map(e=>({who:e,fit:o(t?.[e],`r2`),accuracy:o(n?.[e],`accuracy`),work:e===`naive`?void 0:a[e]}))}function p(e,t){return[e,t].some(e=>e>0&&e<1)?`partly`:e?t?`at_work`:`advises`:t?`scores`:void 0}var m=({jobs:e},t)=>e.some(e=>e.name===t&&e.running),h=[{key:`fetch`,icon:`mdi:download`,service:`ingest_now`,data:{},isRunning:e=>m(e,`prices`)},{key:`fill`,icon:`mdi:puzzle-outline`,service:`backfill_gaps`,data:{days_back:30,include_larger:!0},isRunning:e=>e.history.is_filling||m(e,`gaps`)},{key:`train`,icon:`mdi:school-outline`,service:`train_models`,data:{force:!0},isRunning:e=>e.models.running}],g=[`home_assistant_error`,`service_validation_error`];async function _(e,t){let{code:n,message:r,translation_key:i,translation_domain:a,...o}=y(t);if(i&&a){let t=(await e.loadBackendTranslation?.(`exceptions`,a)??e.localize)(`component.${a}.exceptions.${i}.message`,o.translation_placeholders);if(t)return t}return g.includes(n)&&r||void 0}function v(e){let{code:t}=y(e);return e===3||t===3?`lost`:t===`unauthorized`?`forbidden`:`failed`}var y=e=>typeof e==`object`&&e?e:{},b=class{#e=/* @__PURE__ */ new Set;#t={text:``,isError:!1};#n;#r;constructor(e){this.host=e}buttons(e){this.#n=e,this.#s(e);let{text:t,isError:n}=this.#t;return a`<div class="actions">
      <div role="group" aria-label=${this.host.text(`health.actions`)}>
        ${h.map(t=>this.#i(t,e))}
      </div>
      <div class="told">
        <p class="aside" ?hidden=${t!==``}>${this.host.text(`health.hint`)}</p>
        <p class="news ${n?`bad`:``}" role="status">${t}</p>
      </div>
    </div>`}#i(e,t){let{key:r,icon:i}=e,o=this.#e.has(r)||e.isRunning(t),s=r===`train`?t.models.progress:null;return a`<button
      type="button"
      aria-disabled=${o}
      title=${this.host.text(`health.helps.${r}`)}
      @click=${()=>{o||this.#a(e)}}
    >
      <ha-icon icon=${i} aria-hidden="true"></ha-icon>
      <span>
        ${this.host.text(`health.${o?`doing`:`do`}.${r}`)}
        ${o&&s!==null?`${Math.round(100*s)} %`:n}
      </span>
      ${o?a`<span class="progress ${s===null?`endless`:``}" aria-hidden="true"
              ><i style="width: ${100*(s??1)}%"></i
            ></span>`:n}
    </button>`}async#a({key:e,service:t,data:n}){let{hass:r}=this.host,i=this.#n?.factory.id;if(r&&i){this.#e.add(e),this.#c(``);try{let a={config_entry_id:i,...n},{response:o}=await r.callService(`chocolate_factory`,t,a,void 0,!1,!0);this.#c(this.#o(e,o))}catch(e){let t=await _(r,e);this.#c(t??this.host.text(`health.${v(e)}`),!0)}finally{this.#e.delete(e),this.#l()}}}#o(e,t){let{host:n}=this;if(e===`fetch`){let{fetched:e,missing:r}=t,i=e.reduce((e,t)=>e+t.changed,0),a=n.text(i?`health.fetched`:`health.nothing_new`,{count:i});return r.length?`${a} ${n.text(`health.still_missing`)}`:a}if(e===`fill`){let e=Object.values(t.series).reduce((e,t)=>e+t.missing_slots,0);return e&&(this.#r=this.#n),n.text(e?`health.filling`:`health.nothing_missing`,{count:e})}let{engine:r,reason:i}=t,a=i?x(n,i):``;return r===`model`?n.text(`health.trained_model`):n.text(`health.trained_rule`,{why:a})}#s(e){if(!this.#r||e===this.#r||e.history.is_filling)return;this.#r=void 0;let t=e.history.series.reduce((e,t)=>e+t.missing_slots,0),n=this.host.text(t?`health.filled_some`:`health.filled`,{count:t});this.#t={text:n,isError:!1}}#c(e,t=!1){this.#t={text:e,isError:t},this.#l()}#l(){this.host.requestUpdate(`doings`,this)}};function x(e,t){let n=e.stateText(`engine`,t,`reason`);return n.charAt(0).toLocaleLowerCase(e.lang)+n.slice(1)}var S={ArrowLeft:-1,ArrowDown:-1,ArrowRight:1,ArrowUp:1,PageDown:-7,PageUp:7,Home:-1/0,End:1/0};function C({label:e,days:t,chosen:n,told:r,choose:i}){let o=t.length-1,s=n??o,l=e=>{let n=e.currentTarget.getBoundingClientRect(),r=Math.floor((e.clientX-n.left)/n.width*t.length);i(Math.min(Math.max(r,0),o))};return a`<div
    class="strip"
    role="slider"
    tabindex="0"
    aria-label=${e}
    aria-valuemin="1"
    aria-valuemax=${t.length}
    aria-valuenow=${s+1}
    aria-valuetext=${r}
    @pointermove=${l}
    @pointerdown=${l}
    @pointerleave=${()=>i(null)}
    @focus=${()=>i(s)}
    @blur=${()=>i(null)}
    @keydown=${e=>{let t=S[e.key];t!==void 0&&(e.preventDefault(),i(Math.min(Math.max(s+t,0),o)))}}
  >
    ${t.map((e,t)=>a`<span class="${c(e)} ${t===n?`chosen`:``}"
          ><i style="height: ${e??0}%"></i
        ></span>`)}
  </div>`}var w=t`
  .health {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 20px;
  }
  p,
  h3,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }
  h3 {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    margin-bottom: 8px;
    font-size: 14px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 20px;
  }
  small,
  .aside {
    font-size: 12px;
    line-height: 16px;
    color: var(--cf-faint);
  }
  .aside {
    margin-top: 8px;
  }
  b {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  ha-icon {
    flex: none;
    --mdc-icon-size: 16px;
  }
  .bad {
    color: color-mix(in srgb, var(--cf-halt) 75%, var(--cf-text));
  }

  .status {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 4px 12px;
    padding: 12px;
    border-radius: 12px;
    background: color-mix(in srgb, var(--sign, var(--cf-unknown)) 14%, transparent);
  }
  .status.ok {
    --sign: var(--cf-optimal);
  }
  .status.degraded {
    --sign: var(--cf-reduced);
  }
  .status.failing {
    --sign: var(--cf-halt);
  }
  .status ha-icon {
    color: var(--sign);
    --mdc-icon-size: 28px;
  }
  .status.unknown ha-icon {
    color: var(--cf-faint);
  }
  .status p {
    font-size: 16px;
    font-weight: var(--ha-font-weight-medium, 500);
  }
  .status ul {
    grid-column: 2;
    list-style: none;
    /* Names of hosts know no blanks. */
    overflow-wrap: anywhere;
  }
  .status li + li {
    margin-top: 4px;
  }

  .actions [role="group"] {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(80px, 100%), 1fr));
    gap: 8px;
  }
  button {
    position: relative;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 44px;
    padding: 4px 8px;
    border: 0;
    border-radius: 22px;
    overflow: hidden;
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.2;
    color: var(--cf-text);
    background: color-mix(in srgb, var(--cf-text) 9%, transparent);
    cursor: pointer;
    --mdc-icon-size: 20px;
  }
  button ha-icon {
    --mdc-icon-size: 20px;
  }
  button:hover {
    background: color-mix(in srgb, var(--cf-text) 15%, transparent);
  }
  button[aria-disabled="true"] {
    color: var(--cf-faint);
    background: color-mix(in srgb, var(--cf-text) 5%, transparent);
    cursor: progress;
  }
  button:focus-visible,
  summary:focus-visible,
  .strip:focus-visible {
    outline: 2px solid var(--primary-color, #009ac7);
    outline-offset: 2px;
  }
  .progress {
    position: absolute;
    inset: auto 0 0;
    height: 4px;
    overflow: hidden;
    background: var(--cf-grid);
  }
  .progress i {
    display: block;
    height: 100%;
    background: var(--cf-optimal);
  }
  .endless i {
    opacity: 0.6;
  }
  @media (prefers-reduced-motion: no-preference) {
    .progress i {
      transition: width 0.4s;
    }
    .endless i {
      width: 40% !important;
      opacity: 1;
      animation: pass 1.4s ease-in-out infinite;
    }
  }
  @keyframes pass {
    from {
      transform: translateX(-100%);
    }
    to {
      transform: translateX(250%);
    }
  }
  /* What is said for good and what comes of an action share a place. */
  .told {
    display: grid;
    min-height: 20px;
    margin-top: 8px;
  }
  .told p {
    grid-area: 1 / 1;
    margin: 0;
  }
  [hidden] {
    visibility: hidden;
  }

  .series {
    display: grid;
    grid-template-columns: fit-content(40%) minmax(0, 1fr) auto;
    align-items: center;
    gap: 6px 10px;
  }
  .series .share {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .name {
    overflow-wrap: anywhere;
    line-height: 1.2;
  }
  .strip {
    display: flex;
    height: 22px;
    border-radius: 2px;
    cursor: crosshair;
    touch-action: pan-y;
  }
  .strip span {
    position: relative;
    display: flex;
    flex: 1;
    align-items: flex-end;
    margin-inline-end: 1px;
    border-radius: 1px;
    overflow: hidden;
    background: color-mix(in srgb, var(--colour) 25%, transparent);
  }
  .strip i {
    width: 100%;
    background: var(--colour);
  }
  .strip .all {
    --colour: var(--cf-optimal);
  }
  .strip .most {
    --colour: var(--cf-moderate);
  }
  .strip .some {
    --colour: var(--cf-reduced);
  }
  .strip .little {
    --colour: var(--cf-halt);
  }
  .strip .none {
    background: repeating-linear-gradient(
      -45deg,
      var(--cf-grid) 0 2px,
      transparent 2px 4px
    );
  }
  .strip .chosen::after {
    content: "";
    position: absolute;
    inset: 0;
    border: 2px solid var(--cf-text);
  }
  .axis {
    grid-column: 2 / -1;
    display: flex;
    justify-content: space-between;
    min-height: 17px;
    font-size: 12px;
    color: var(--cf-faint);
  }
  .axis.told {
    grid-column: 1 / -1;
    justify-content: end;
  }
  .axis b {
    color: var(--cf-text);
    white-space: nowrap;
  }

  .pairs {
    display: grid;
    gap: 6px;
  }
  .pairs div {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 12px;
  }
  dt {
    color: var(--cf-faint);
    overflow-wrap: anywhere;
  }
  dd {
    display: flex;
    align-items: center;
    gap: 4px;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th {
    text-align: start;
    font-weight: inherit;
  }
  thead th {
    font-size: 12px;
    text-align: end;
    color: var(--cf-faint);
  }
  tbody th,
  tbody td {
    padding: 6px 0;
    border-top: 1px solid var(--cf-grid);
    vertical-align: top;
  }
  tbody td {
    padding-inline-start: 12px;
    text-align: end;
  }
  .best {
    font-weight: var(--ha-font-weight-bold, 700);
  }
  .bar {
    display: block;
    width: 64px;
    height: 4px;
    margin: 2px 0 0 auto;
    border-radius: 2px;
    background: var(--cf-grid);
  }
  .bar i {
    display: block;
    height: 100%;
    border-radius: inherit;
    background: var(--cf-faint);
  }
  .best .bar i {
    background: var(--cf-optimal);
  }
  .chip {
    display: inline-block;
    margin-inline-start: 4px;
    padding: 0 8px;
    border-radius: 9px;
    font-size: 12px;
    line-height: 18px;
    white-space: nowrap;
    color: var(--cf-ink-optimal);
    background: var(--cf-optimal);
  }
  table + p {
    margin-top: 8px;
  }

  .jobs {
    list-style: none;
  }
  .jobs li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 12px;
    padding: 6px 0;
    border-top: 1px solid var(--cf-grid);
  }
  .result {
    display: flex;
    align-items: center;
    gap: 4px;
  }
  .jobs small {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
  }
  .ok ha-icon,
  .nothing ha-icon {
    color: var(--cf-optimal);
  }
  .partial ha-icon,
  dd.failing ha-icon {
    color: color-mix(in srgb, var(--cf-reduced) 75%, var(--cf-text));
  }
  .failed ha-icon,
  dd.refusing ha-icon {
    color: var(--cf-halt);
  }
  .failed .result {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  summary {
    min-height: 32px;
    line-height: 32px;
    border-radius: 4px;
    color: var(--cf-faint);
    cursor: pointer;
  }

  @container (width < 330px) {
    .series {
      grid-template-columns: minmax(0, 1fr) auto;
      grid-auto-flow: dense;
      gap: 2px 10px;
    }
    .series .strip {
      grid-column: 1 / -1;
      margin-bottom: 6px;
    }
    .series .axis {
      grid-column: 1 / -1;
    }
  }
  @container (width < 430px) {
    button {
      flex-direction: column;
      gap: 2px;
      min-height: 60px;
      border-radius: 12px;
    }
  }
  @container (width >= 640px) {
    .health {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: 24px 32px;
    }
    /* Sources below the strips, jobs below the models. */
    section:nth-of-type(2),
    section:nth-of-type(4) {
      order: 1;
    }
  }
`,T={ok:`mdi:check-circle`,degraded:`mdi:alert`,failing:`mdi:close-octagon`},E={ok:`mdi:check`,failing:`mdi:alert`,refusing:`mdi:close-octagon`},D={ok:`mdi:check`,nothing:`mdi:check`,partial:`mdi:alert`,failed:`mdi:close-octagon`},O=class extends s{constructor(...e){super(...e),this.heading=`health.title`,this.#e=new b(this)}#e;content({data:e},t){let r=this.hass?.user?.is_admin&&this.config?.actions;return a`
      <div class="health">
        ${this.#t(e)} ${r?this.#e.buttons(e):n}
        <section>${this.#r(e,t)}</section>
        <section>${this.#a(e,t)}</section>
        <section>${this.#s(e,t)}</section>
        <section>${this.#u(e,t)}</section>
      </div>
    `}#t({health:e}){let{status:t,reasons:r}=e;return a`<div class="status ${t??`unknown`}">
      <ha-icon
        icon=${t?T[t]:`mdi:progress-question`}
        aria-hidden="true"
      ></ha-icon>
      <p>${this.text(`health.status.${t??`unknown`}`)}</p>
      ${r.length?a`<ul>
              ${r.map(e=>a`<li>${this.#n(e)}</li>`)}
            </ul>`:n}
    </div>`}#n(e){let{key:t,subject:n}=u(e),r={subject:t===`job_failing`?this.#f(n):n};return this.text(`health.reasons.${t}`,r)||e}#r({history:e},t){let{series:n,first_day:r,backlog:i,completeness:s}=e,{chosen:c}=this,l=(e,n)=>{let i=e[n];return`${t.longDay(o(r,n))}: ${i==null?this.text(`health.not_due`):t.percent(i,i<100&&i>=99?2:0)}`},u=n.find(e=>e.series===c?.series);return a`
      <h3>
        ${this.text(`health.last_days`,{days:n[0]?.days.length??30})}
        <b>${this.#i(s,t)}</b>
      </h3>
      <div class="series">
        ${n.map(({series:e,days:n,completeness:r})=>{let i=c?.series===e?c.day:null,o=this.nameText(`data_completeness`,e);return a`<span class="name">${o}</span>
            ${C({label:o,days:n,chosen:i,told:l(n,i??n.length-1),choose:t=>{this.chosen=t===null?void 0:{series:e,day:t}}})}
            <span class="share">${this.#i(r,t)}</span>`})}
        <p class="axis ${u?`told`:``}" aria-hidden="true">
          ${u&&c?a`<b>${l(u.days,c.day)}</b>`:a`<span>${t.day(r)}</span><span>${this.text(`health.today`)}</span>`}
        </p>
      </div>
      <p class="aside">
        ${e.is_filling?this.text(`health.is_filling`,{count:t.number(i)}):this.text(i?`health.backlog`:`health.no_backlog`,{count:t.number(i)})}
      </p>
    `}#i(e,t){return t.percent(e===100?100:Math.floor(e*10)/10,e===100?0:1)}#a({health:e,prices:t,weather:n},r){let i=[[this.text(`health.prices_from`),t.source&&this.stateText(`price_source`,t.source)],[this.text(`health.weather_from`),n.source&&this.stateText(`weather_source`,n.source)]];return a`
      <h3>${this.text(`health.sources`)}</h3>
      <dl class="pairs">
        ${i.map(([e,t])=>a`<div>
            <dt>${e}</dt>
            <dd>${t??this.text(`health.nobody`)}</dd>
          </div>`)}
        ${e.sources.map(e=>this.#o(e,r))}
      </dl>
    `}#o({host:e,state:t,retry_at:r},i){let o=r&&Date.parse(r)>this.now?i.time(r):``,s=this.text(`health.hosts.${t}`);return a`<div>
      <dt>${e}</dt>
      <dd class=${t}>
        <ha-icon icon=${E[t]} aria-hidden="true"></ha-icon>
        <span>
          ${s}${o?a`, ${this.text(`health.again_at`,{when:o})}`:n}
        </span>
      </dd>
    </div>`}#s({models:e},t){let r=f(e),i=e=>Math.max(...r.map(t=>t[e]??-9));return a`
      <h3>${this.text(`health.models`)}</h3>
      ${r.length?a`<table>
              <caption class="visually-hidden">${this.text(`health.unseen`)}</caption>
              <thead>
                <tr>
                  <td></td>
                  <th scope="col">${this.text(`health.fit`)}</th>
                  <th scope="col">${this.text(`health.accuracy`)}</th>
                </tr>
              </thead>
              <tbody>
                ${r.map(({who:e,fit:r,accuracy:o,work:s})=>a`<tr class=${e}>
                    <th scope="row">
                      ${this.text(`health.who.${e}`)}
                      ${s?a`<span class="chip">${this.text(`health.${s}`)}</span>`:n}
                    </th>
                    ${this.#c(r,t.number(r,2),r===i(`fit`))}
                    ${this.#c(o,o===null?`–`:t.percent(100*o),o===i(`accuracy`))}
                  </tr>`)}
              </tbody>
            </table>`:n}
      ${r.some(({work:e})=>e===`partly`)?a`<p class="aside">${this.text(`health.shared`)}</p>`:n}
      ${e.reason?a`<p>
              ${this.text(`health.rule_works`,{why:x(this,e.reason)})}
            </p>`:n}
      ${this.#l(e,t)}
      ${Object.keys(e.refused).length?a`<p class="bad">
              ${this.text(`health.refused`,{names:Object.keys(e.refused).join(`, `)})}
            </p>`:n}
    `}#c(e,t,n){let r=100*Math.min(Math.max(e??0,0),1);return a`<td class=${n?`best`:``}>
      ${t}<span class="bar" aria-hidden="true"><i style="width: ${r}%"></i></span>
    </td>`}#l({trained:e,trainer:t,rows:r,span:i},o){if(!e)return n;let s=t?this.stateText(`last_training`,t,`trainer`):`–`,c=[this.text(`health.trained`,{when:o.dateTime(e),by:s})];if(r&&i){let[e,t]=[o.date(i.start),o.date(i.end)];c.push(this.text(`health.learned`,{count:o.number(r),from:e,to:t}))}return a`<p class="aside">${c.join(` `)}</p>`}#u({jobs:e},t){let r=l(e),i=e.filter(e=>!r.includes(e)),o=r.length?`health.other_jobs`:`health.all_jobs`,s=e=>a`<ul class="jobs">
        ${e.map(e=>this.#d(e,t))}
      </ul>`;return a`
      <h3>${this.text(`health.jobs`)}</h3>
      ${r.length?s(r):n}
      <details>
        <summary>${this.text(o,{count:i.length})}</summary>
        ${s(i)}
      </details>
    `}#d(e,t){let{last_result:r,last_run:i,next_run:o,failures:s,running:c}=e,l=s>0||r===`failed`,u=c?`mdi:progress-clock`:r?D[r]:`mdi:minus`,d=c?`running`:r?`results.${r}`:`never`,f=[this.text(`health.next_at`,{when:this.#p(o,t)})];return i&&f.unshift(this.text(`health.last_at`,{when:this.#p(i,t)})),a`<li class=${l?`failed`:r??``}>
      <span>${this.#f(e.name)}</span>
      <span class="result">
        <ha-icon icon=${u} aria-hidden="true"></ha-icon>
        ${this.text(`health.${d}`)}${s>1?` × ${t.number(s)}`:``}
      </span>
      <small>${f.join(` · `)}</small>
      ${l&&e.detail?a`<small lang="en">${e.detail}</small>`:n}
    </li>`}#f(e){return this.text(`job.${e}`)||e.replaceAll(`_`,` `)}#p(e,t){return Math.abs(Date.parse(e)-this.now)<432e5?t.time(e):t.dayTime(e)}static{this.styles=[...s.styles,w]}};i([e()],O.prototype,`chosen`,void 0),O=i([r(`chocolate-factory-health-card-content`)],O);export{O as HealthCard};