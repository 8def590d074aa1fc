import{f as e,l as t,s as n,t as r,u as i}from"./lit-64fd5920.js";import{a,i as o,n as s,r as c,s as l,t as u}from"./factory-card-7e8b3929.js";import{n as d,t as f}from"./when-288f1427.js";function p(e,t){let n=s(e,t);if(!n?.recommendation)return{slot:n,until:null,isOpen:!1};let r=n;for(let t=e.indexOf(n)+1;t<e.length;t++){let i=e[t];if(i?.recommendation!==n.recommendation)break;r=i}return{slot:n,until:r.end,isOpen:r===e.at(-1)}}function m(e,t){let n=e.find(({end:e})=>Date.parse(e)>t);if(!n)return;let r=Date.parse(n.start),{price:i,score:a}=n;return{start:r,end:Date.parse(n.end),price:i,score:a,hasBegun:r<=t}}function h(e){let t=Math.max(Math.round(e/6e4),0);if(t<60)return[[`min`,t]];if(t<600)return g([`h`,Math.floor(t/60)],[`min`,t%60]);let n=Math.round(t/60);return n<48?[[`h`,n]]:g([`d`,Math.floor(n/24)],[`h`,n%24])}var g=(...e)=>e.filter(([,e])=>e>0),_=e`
  .now {
    display: grid;
    flex: 1;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 16px;
  }
  p,
  h3,
  dl,
  dd,
  ol {
    margin: 0;
    padding: 0;
  }
  h3,
  dt {
    font-size: 12px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 16px;
    color: var(--cf-faint);
  }
  b {
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--cf-text);
  }
  small {
    font-size: 0.5em;
    color: var(--cf-faint);
  }

  .advice {
    position: relative;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    column-gap: clamp(12px, 4cqi, 24px);
    padding: clamp(16px, 5cqi, 28px);
    border-radius: 12px;
    overflow: hidden;
    color: var(--ink);
    background: var(--colour);
    --mdc-icon-size: clamp(56px, 20cqi, 96px);
  }
  .advice ha-icon {
    grid-row: span 3;
    align-self: center;
  }
  .advice b {
    color: inherit;
  }
  .word {
    align-self: end;
    overflow-wrap: anywhere;
    font-size: clamp(32px, 12cqi, 60px);
    font-weight: var(--ha-font-weight-bold, 700);
    line-height: 1.1;
  }
  .until {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 8px;
    font-size: clamp(16px, 5cqi, 22px);
    line-height: 1.35;
  }
  .engine {
    align-self: start;
    font-size: clamp(12px, 3cqi, 16px);
  }
  .advice.none {
    color: var(--cf-text);
    background: color-mix(in srgb, var(--cf-unknown) 60%, transparent);
  }
  .advice.none .word {
    font-size: clamp(20px, 7cqi, 32px);
  }
  /* Stripes along the edges, as on what is not to be touched: seen even where red is not. */
  .advice.halt {
    padding-block: calc(clamp(16px, 5cqi, 28px) + 10px);
  }
  .advice.halt::before,
  .advice.halt::after {
    content: "";
    position: absolute;
    inset-inline: 0;
    height: 10px;
    background: repeating-linear-gradient(
      -45deg,
      var(--ink) 0 10px,
      var(--colour) 10px 20px
    );
  }
  .advice.halt::before {
    top: 0;
  }
  .advice.halt::after {
    bottom: 0;
  }

  .why h3 {
    margin-bottom: 4px;
  }
  .why:empty {
    display: none;
  }
  ol {
    display: grid;
    gap: 6px;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: 20px minmax(0, 1fr);
    align-items: start;
    gap: 8px;
    --mdc-icon-size: 20px;
  }
  /* The strongest comes first. */
  li:first-child {
    font-size: 16px;
    font-weight: var(--ha-font-weight-medium, 500);
  }
  li.good ha-icon {
    color: var(--cf-optimal);
  }
  li.bad ha-icon {
    color: var(--cf-halt);
  }

  .figures {
    display: grid;
    align-content: start;
    gap: 16px;
  }
  .score p {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    color: var(--cf-faint);
  }
  .score b,
  .figure b {
    font-size: 24px;
    line-height: 32px;
    font-variant-numeric: tabular-nums;
  }
  .scale {
    position: relative;
    height: 8px;
    margin-block: 4px 6px;
    border-radius: 4px;
    background: linear-gradient(
      to right,
      var(--cf-very-expensive) 0 20%,
      var(--cf-expensive) 20% 40%,
      var(--cf-normal) 40% 60%,
      var(--cf-cheap) 60% 80%,
      var(--cf-very-cheap) 80%
    );
  }
  .scale[hidden] {
    visibility: hidden;
    display: block;
  }
  .scale span {
    position: absolute;
    top: -5px;
    width: 6px;
    height: 18px;
    margin-inline-start: -5px;
    border: 2px solid var(--ha-card-background, var(--card-background-color, #fff));
    border-radius: 5px;
    background: var(--cf-text);
  }
  @media (prefers-reduced-motion: no-preference) {
    .scale span {
      transition: left 0.4s ease-out;
    }
  }

  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(120px, 100%), 1fr));
    gap: 16px 12px;
  }
  .figure p {
    min-height: 20px;
    color: var(--cf-faint);
  }
  .figure small {
    font-size: 14px;
  }
  .figure .aside {
    font-size: 12px;
  }
  .level {
    display: inline-block;
    padding: 0 8px;
    border-radius: 10px;
    font-size: 12px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 20px;
    color: var(--ink);
    background: var(--colour);
  }

  .chance {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    column-gap: 12px;
    padding-top: 12px;
    border-top: 1px solid var(--cf-grid);
    color: var(--cf-faint);
    --mdc-icon-size: 32px;
  }
  .chance ha-icon {
    grid-row: span 3;
    color: var(--cf-optimal);
  }
  .chance .when {
    font-size: 18px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 26px;
    color: var(--cf-text);
  }
  .chance.none {
    grid-template-columns: minmax(0, 1fr);
  }

  @container (width >= 560px) {
    .now {
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
      grid-template-rows: auto 1fr;
      gap: 20px 28px;
    }
    .figures {
      grid-area: 1 / 2 / span 2;
    }
    .advice {
      --mdc-icon-size: clamp(56px, 11cqi, 112px);
    }
    .word {
      font-size: clamp(36px, 7cqi, 72px);
    }
    .until {
      font-size: clamp(16px, 2.8cqi, 26px);
    }
  }
  @media (forced-colors: active) {
    .advice,
    .scale,
    .level {
      forced-color-adjust: none;
    }
  }
`,v=class extends u{constructor(...e){super(...e),this.heading=`now.title`}content(e,t){let n=p(e.slots,this.now);return i`
      <div class="now">
        ${this.#e(n,e.data,t)}
        <div class="why">${this.#t(n.slot)}</div>
        <div class="figures">
          ${this.#r(n.slot,t)}
          <dl>
            ${this.#i(n.slot,e.data,t)} ${this.#o(e.data,t)}
          </dl>
          ${this.#s(e.data,t)}
        </div>
      </div>
    `}#e({slot:e,until:n,isOpen:r},s,l){let u=e?.recommendation??null,d=u?this.stateText(`production_recommendation`,u):this.text(`now.none`),f=e?.confidence??null,p=this.text(`now.${s.engine}`);return i`
      <div
        class="advice ${u??`none`}"
        style="--colour: ${o(u)}; --ink: ${a(u)}"
      >
        <ha-icon
          icon=${u?c[u]:`mdi:help-circle-outline`}
          aria-hidden="true"
        ></ha-icon>
        <p class="word">${d}</p>
        ${n===null?t:i`<p class="until">
                <b>
                  ${r?this.text(`now.open`):this.#l(n,l)}
                </b>
                ${r?t:i`<span>${this.#d(n-this.now)}</span>`}
              </p>`}
        <p class="engine">
          ${u===null?this.text(`now.no_outlook`):f===null?p:`${p} · ${this.text(`now.sure`,{percent:l.percent(f)})}`}
        </p>
      </div>
    `}#t(e){return e?.reasons.length?i`
      <h3>${this.text(`now.why`)}</h3>
      <ol>
        ${e.reasons.map(e=>this.#n(e))}
      </ol>
    `:t}#n({key:e,isGood:t}){let n=t?`good`:`bad`;return i`
      <li class=${n}>
        <ha-icon icon=${n===`good`?`mdi:arrow-up-bold`:`mdi:arrow-down-bold`} aria-hidden="true"></ha-icon>
        <span class="visually-hidden">${this.text(`now.${n}`)}</span>
        <span>${this.reasonText(e)}</span>
      </li>
    `}#r(e,t){let n=e?.score??null,r=t.number(n);return i`
      <div class="score">
        <p>
          <span>${this.nameText(`energy_score`)}</span>
          <b>${r}<small> / ${t.number(100)}</small></b>
        </p>
        <div class="scale" aria-hidden="true" ?hidden=${n===null}>
          <span style="left: ${n??0}%; --colour: ${o(l(n))}"></span>
        </div>
      </div>
    `}#i(e,n,r){let s=e?.level??null,c=e&&this.stateText(`tariff_period`,`p${e.period}`),l=Date.parse(n.next_period);return i`
      <div class="figure">
        <dt>${this.text(`now.price`)}</dt>
        <dd>
          <b>${r.number(e?.price,4)}</b> <small>€/kWh</small>
          <p>
            ${s?i`<span class="level" style="--colour: ${o(s)}; --ink: ${a(s)}">
                    ${this.stateText(`price_level`,s)}
                  </span>`:t}
            ${this.#a(e)}
          </p>
          <p>
            ${c&&l>this.now?this.text(`now.period`,{period:c,until:this.#l(l,r)}):c}
          </p>
        </dd>
      </div>
    `}#a(e){return!e||e.price===null||e.origin!==`forecast`&&e.origin!==`estimated`?t:i`<span>${this.text(`now.${e.origin}`)}</span>`}#o({comfort:{now:e}},n){return i`
      <div class="figure">
        <dt>${this.text(`now.room`)}</dt>
        <dd>
          <b>${n.number(e?.temperature,1)}</b> <small>°C</small>
          ${e?i`
                  <p>${this.text(`now.humidity`,{percent:n.percent(e.humidity)})}</p>
                  <p>${this.text(`now.index`,{index:n.number(e.index)})}</p>
                  ${e.is_measured?t:i`<p class="aside">${this.text(`now.not_measured`)}</p>`}
                `:i`<p>${this.text(`now.no_room`)}</p>`}
        </dd>
      </div>
    `}#s(e,n){let r=m(e.windows,this.now),a=this.text(r?.hasBegun?`now.chance_now`:`now.chance`);if(!r)return i`<div class="chance none">
        <h3>${a}</h3>
        <p>${this.text(`now.no_chance`)}</p>
      </div>`;let{start:o,end:s,price:l,hasBegun:u}=r,d=u?this.#l(s,n):this.#u(o,s,n);return i`<div class="chance">
      <ha-icon icon=${c.optimal} aria-hidden="true"></ha-icon>
      <h3>${a}</h3>
      <p class="when">${d}</p>
      <p>
        ${this.#d(s-(u?this.now:o))} · ${n.price(l)}${u?t:i` · ${this.text(`now.in`,{time:this.#d(o-this.now)})}`}
      </p>
    </div>`}#c(e,t){let n=f(e,this.now,t.zone);return n===0?t.time(e):n===1?this.text(`now.tomorrow`,{time:t.time(e)}):t.dayTime(e)}#l(e,t){return d(this,e,this.now,t)}#u(e,t,n){let r=f(t-1,e,n.zone)===0?n.time(t):this.#c(t,n);return`${this.#c(e,n)} – ${r}`}#d(e){return h(e).map(([e,t])=>`${t} ${e}`).join(` `)}static{this.styles=[...u.styles,_]}};v=r([n(`chocolate-factory-now-card-content`)],v);export{v as NowCard};