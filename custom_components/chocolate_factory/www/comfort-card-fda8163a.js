import{d as e,f as t,i as n,l as r,s as i,t as a,u as o}from"./lit-5b407c51.js";import{a as s,d as c,f as l,h as u,i as d,l as f,m as p,n as m,o as h,p as g,r as _,u as v}from"./time-axis-9270c3b6.js";import{c as y,l as b,t as x}from"./factory-card-f3e8b71b.js";var S=26,C=6,w=13,T=[.56,.44];function E(e){let{panels:t,width:n,height:r}=e,i=new d(e.start,e.end,30,n-1),a={...e.time,x:i},o=r-_(a),s=o-t.length*S-(t.length-1)*C,c=0,l=t.map((e,t)=>{let n=c+S,r=n+s*(T[t]??0);return c=r+C,{...e,y:new d(e.axis.from,e.axis.to,r,n)}});return{...e,panels:l,x:i,time:a,foot:o,top:S,format:a.format}}function D(t){let{x:n,now:i,top:a,foot:o}=t,s=Math.round(n.at(i)),c=i>=n.from&&i<n.to;return e`
    ${m(t.time,a,o)}
    ${t.panels.map(e=>O(e,t))}
    ${c?e`<line class="now" x1=${s} x2=${s} y1=${a-4} y2=${o} />`:r}
    ${t.panels.map(({now:t,y:n,lines:i})=>c&&t!==null?e`<circle class="dot ${i[0]?.name??``}" cx=${s} cy=${n.at(t)} r="5" />`:r)}
  `}function O(t,{x:n,air:i,width:a,format:o}){let{y:s,axis:c,limits:l,title:u,lines:d}=t,[f,m]=l??[null,null],g=[f,m].filter(e=>e!==null),_=a-1;return e`
    <text x="0" y=${s.end-13}>${u}</text>
    ${m===null?r:e`<rect class="good" x=${30} width=${Math.max(0,_-30)} y=${s.at(m)}
            height=${s.at(f??c.from)-s.at(m)} />`}
    ${c.ticks.map(t=>{let n=Math.round(s.at(t)),i=g.every(e=>Math.abs(s.at(e)-n)>=w);return e`
        <line class="gridline" x1=${30} x2=${_} y1=${n} y2=${n} />
        ${i?e`<text x=${24} y=${n+4} text-anchor="end">${o.number(t,c.digits)}</text>`:r}
      `})}
    ${g.map((t,n)=>{let i=Math.round(s.at(t)),a=g[1-n],c=n===g.length-1||Math.abs(s.at(a??t)-i)>=w;return e`
        <line class="limit" x1=${30} x2=${_} y1=${i} y2=${i} />
        ${c?e`<text class="today" x=${24} y=${i+4} text-anchor="end">${o.number(t,t%1?1:0)}</text>`:r}
      `})}
    <svg x=${30} width=${Math.max(0,_-30)} y=${s.end-2} height=${s.start-s.end+4}
      viewBox="${30} ${s.end-2} ${Math.max(1,_-30)} ${s.start-s.end+4}">
      ${d.toReversed().map(({name:t,values:r})=>e`<path class="line ${t}" d=${h(i.map(e=>[e.start+p/2,r(e)]),n,s)} />`)}
    </svg>
  `}function k(t,{x:n,panels:i,top:a,foot:o}){let s=Math.round(n.at(t.start+p/2));return e`
    <line class="pointed" x1=${s} x2=${s} y1=${a} y2=${o} />
    ${i.flatMap(({lines:n,y:i})=>n.map(({name:n,values:a})=>{let o=a(t);return o===null?r:e`<circle class="dot ${n}" cx=${s} cy=${i.at(o)} r="5" />`}))}
  `}function A(e,t,n,r){let i=y(t,n);return e.flatMap((e,n)=>{let{date:a}=b(e.start,r);return a>=t&&a<i?[{start:e.start,end:e.start+p,date:a,position:n,air:e}]:[]})}var j=(e,t)=>e.slice(Math.max(0,(t[0]?.position??0)-1),(t.at(-1)?.position??-1)+2);function M(e,t){let n=[];for(let{start:r,end:i,position:a}of e){let e=t?t[a]??null:1,o=e===null?null:e>0,s=n.at(-1);s&&s.isPossible===o&&s.end===r?s.end=i:n.push({start:r,end:i,isPossible:o})}return n}function N(e,t,n){if(!t)return{kind:`any_air`};let r=M(e,t),i=r.filter(e=>e.end>n),a=i.filter(e=>e.isPossible);return i.some(e=>e.isPossible!==null)?a.length?r.every(e=>e.isPossible)?{kind:`all_day`}:i.every(e=>e.isPossible)?{kind:`rest_of_day`}:{kind:`runs`,runs:a}:{kind:r.some(e=>e.isPossible)?`not_any_more`:`not`}:{kind:`unknown`}}var P=e=>e.find(e=>e.key===`work`)?.limits??null,F=e=>e.filter(e=>e!=null);function I(e,t,n){let r=F([...e.flatMap(e=>[e.temperature,e.roomTemperature]),t?.lowest_temperature,t?.highest_temperature,n]);return r.length?s(Math.min(...r)-1,Math.max(...r)+1,4):s(10,30,4)}function L(e,t,n){let r=F([...e.map(e=>e.roomHumidity),t?.highest_humidity,n]);return s(0,Math.min(100,Math.max(60,...r)+5),3)}var R=24,z=6,B=2,V=class extends x{constructor(...e){super(...e),this.heading=`comfort.title`,this.#e=new l(this,`.chart`),this.#t=new g(this)}#e;#t;content(e,t){let{comfort:n,zone:r}=e.data,i=b(this.now,r).date,a=(this.config?.hours??48)/R,s=A(e.air,i,a,r);return o`
      ${this.#n(n,t)}
      ${this.#r(e,s,i,t)}
      ${this.#a(n.steps,s,t)}
      ${this.#p(n.steps,s)}
      <p class="basis">${this.text(n.now?.is_measured?`comfort.measured_note`:`comfort.note`)}</p>
    `}#n({now:e},t){if(!e)return o`<p class="none">${this.text(`comfort.none`)}</p>`;let n=this.text(e.is_measured?`comfort.measured`:`comfort.reckoned`);return o`<dl class="figures">
      ${c(`first`,this.text(`comfort.room`),t.temperature(e.temperature,1),n)}
      ${c(``,this.text(`comfort.humidity`),t.percent(e.humidity))}
      ${c(``,this.text(`comfort.dew_point`),t.temperature(e.dew_point,1))}
      ${c(``,this.text(`comfort.index`),o`${t.number(e.index)} <small>/ 100</small>`)}
      ${c(``,this.text(`comfort.heat_stress`),t.percent(100*e.heat_stress))}
    </dl>`}#r({data:e,air:t},i,a,s){let{width:c,height:l}=this.#e,{now:d}=this,[f,p]=[i[0],i.at(-1)],m=i.some(e=>e.air.roomTemperature!==null),h=c&&f&&p?this.#i(e.comfort,j(t,i),{now:d,time:{days:u(f.start,p.end,e.zone),format:s,today:a},start:f.start,end:p.end,width:c,height:l}):void 0;h&&m&&this.#t.follow(i,h.x,d);let g=i[this.#t.index??-1],{pointer:_}=this.#t;return o`<div
      class="chart"
      @pointermove=${_}
      @pointerdown=${_}
      @pointerleave=${_}
      @pointercancel=${_}
    >
      <svg aria-hidden="true">
        ${n([e,c,l,d,s,this.config],()=>h?D(h):r)}
        ${h&&g?k(g.air,h):r}
      </svg>
      ${h&&g?this.#u(g,h,e.comfort.steps):r}
      ${m?this.#t.control(this.text(`comfort.label`),t=>this.#d(i[t],s,e.comfort.steps)):o`<p class="nothing" role="status"><span>${this.text(`comfort.unknown`)}</span></p>`}
    </div>`}#i({steps:e,now:t},n,r){let i=P(e);return E({...r,air:n,panels:[{title:this.text(`comfort.temperature_axis`),axis:I(n,i,t?.temperature),limits:i&&[i.lowest_temperature,i.highest_temperature],lines:[{name:`temperature`,values:e=>e.roomTemperature},{name:`outdoors`,values:e=>e.temperature}],now:t?.temperature??null},{title:this.text(`comfort.humidity_axis`),axis:L(n,i,t?.humidity),limits:i&&[null,i.highest_humidity],lines:[{name:`humidity`,values:e=>e.roomHumidity}],now:t?.humidity??null}]})}#a(e,t,n){let i=[...new Set(t.map(e=>e.date))].map(e=>[e,t.filter(t=>t.date===e)]),a=this.#t.index;return o`<ul class="steps" style="--gutter:${30}px">
      ${e.map(e=>o`<li>
          <h3>${this.#s(e)} <span>${this.#c(e,n)}</span></h3>
          ${this.#o(e,t,a)}
          <div class="days">
            ${(e.possible?i:i.slice(0,1)).map(([t,i])=>o`<p style="flex:${i.length}">
                ${e.possible?o`<span class="visually-hidden">${n.longDay(t)}: </span>`:r}
                ${this.#l(N(i,e.possible,this.now),n)}
              </p>`)}
          </div>
        </li>`)}
    </ul>`}#o({possible:t},n,i){let[a,s]=[n[0]?.start??0,n.at(-1)?.end??1],c=e=>100*(e-a)/(s-a);return o`<svg
      class="strip"
      viewBox="0 0 100 ${z}"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      ${M(n,t).map(({start:t,end:n,isPossible:r})=>{let i=r?z:B;return e`<rect class=${r===null?`unknown`:r?`yes`:`no`}
          x=${c(t)} width=${c(n)-c(t)}
          y=${(z-i)/2} height=${i} />`})}
      ${this.now>a&&this.now<s?e`<line class="now" x1=${c(this.now)} x2=${c(this.now)} y2=${z} />`:r}
      ${i===void 0?r:e`<rect class="here" x=${100*i/n.length} width=${100/n.length} height=${z} />`}
    </svg>`}#s({key:e}){return this.text(`comfort.steps.${e}`)}#c({limits:e},t){return e?this.text(`comfort.limits`,{from:(e=>t.number(e,e%1?1:0))(e.lowest_temperature),to:t.temperature(e.highest_temperature,e.highest_temperature%1?1:0),humidity:t.percent(e.highest_humidity)}):this.text(`comfort.any_air`)}#l(e,t){return e.kind===`runs`?e.runs.map(({start:e,end:n})=>e<=this.now?this.text(`comfort.until`,{time:t.time(n)}):`${t.time(e)}–${t.time(n)}`).join(`, `):this.text(`comfort.summary.${e.kind}`)}#u(e,t,n){let{format:r,x:i,width:a}=t,{air:s}=e;return f(i.at((e.start+e.end)/2),a,o`${r.day(e.date)}, ${r.time(e.start)}–${r.time(e.end)}
        <b>${r.temperature(s.roomTemperature,1)} · ${r.percent(s.roomHumidity)}</b>
        <span>${this.text(`comfort.outdoors_at`,{temperature:r.temperature(s.temperature)})}</span>
        <span>${this.text(`comfort.index_at`,{index:r.number(s.index)})}</span>
        ${this.#f(e,n).map(e=>o`<span>✕ ${e}</span>`)}`)}#d(e,t,n){if(!e)return``;let{air:r}=e,i=this.#f(e,n).join(`; `);return[`${t.longDay(e.date)}, ${t.time(e.start)}–${t.time(e.end)}`,this.text(`comfort.room_at`,{temperature:t.temperature(r.roomTemperature,1),humidity:t.percent(r.roomHumidity)}),this.text(`comfort.outdoors_at`,{temperature:t.temperature(r.temperature)}),this.text(`comfort.index_at`,{index:t.number(r.index)}),...i?[this.text(`comfort.hindered`,{steps:i})]:[]].join(`, `)}#f({position:e},t){return t.filter(({possible:t})=>t?.[e]===0).map(e=>this.#s(e))}#p(e,t){let n=e.flatMap(e=>M(t,e.possible).map(e=>e.isPossible)),i=(e,t)=>o`<li>
      <svg aria-hidden="true"><path class="line ${e}" d="M0 6H20" /></svg>${t}
    </li>`,a=(e,t,n)=>o`<li>
      <svg aria-hidden="true">
        <rect class=${e} width="20" y=${(12-t)/2} height=${t} />
      </svg>
      ${n}
    </li>`;return o`<ul class="legend">
      ${i(`temperature`,this.text(`comfort.room_temperature`))}
      ${i(`outdoors`,this.text(`comfort.outdoors`))}
      ${i(`humidity`,this.text(`comfort.room_humidity`))}
      ${a(`good`,12,this.text(`comfort.good`))}
      ${a(`yes`,z,this.text(`comfort.possible`))}
      ${n.includes(!1)?a(`no`,B,this.text(`comfort.not_possible`)):r}
      ${n.includes(null)?a(`unknown`,B,this.text(`comfort.not_known`)):r}
    </ul>`}static{this.styles=[...x.styles,v,t`
      .chart {
        min-height: clamp(250px, 40cqi, 340px);
      }
      .line {
        fill: none;
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .line.temperature {
        stroke: var(--cf-temperature);
      }
      .line.humidity {
        stroke: var(--cf-humidity);
      }
      .line.outdoors {
        stroke: var(--cf-temperature);
        stroke-width: 1.25;
        stroke-dasharray: 3 2;
      }
      .dot.temperature {
        fill: var(--cf-temperature);
      }
      .dot.outdoors {
        fill: var(--cf-temperature);
        r: 3.5px;
      }
      .dot.humidity {
        fill: var(--cf-humidity);
      }
      .good {
        fill: var(--cf-optimal);
        opacity: 0.14;
      }
      .limit {
        stroke: var(--cf-optimal);
        shape-rendering: crispEdges;
      }
      .steps {
        display: grid;
        gap: 10px;
        margin: 12px 0 4px;
        padding: 0;
        list-style: none;
        font-size: 12px;
      }
      .steps h3 {
        margin: 0 0 3px;
        font-size: 12px;
        font-weight: 500;
      }
      .steps h3 span {
        margin-inline-start: 4px;
        color: var(--cf-faint);
        font-weight: 400;
      }
      .strip {
        display: block;
        width: calc(100% - var(--gutter) - 1px);
        height: 6px;
        margin-inline-start: var(--gutter);
      }
      .yes {
        fill: var(--cf-optimal);
      }
      .no {
        fill: var(--cf-halt);
      }
      .unknown {
        fill: var(--cf-faint);
        opacity: 0.5;
      }
      .strip .now,
      .here {
        vector-effect: non-scaling-stroke;
      }
      .here {
        fill: none;
        stroke: var(--cf-text);
        stroke-width: 2;
      }
      .days {
        display: flex;
        margin-inline-start: var(--gutter);
        color: var(--cf-faint);
        font-variant-numeric: tabular-nums;
      }
      .days p {
        min-width: 0;
        margin: 2px 0 0;
        padding-inline-end: 6px;
      }
      .chart .nothing {
        /* Into the first of the two charts. */
        bottom: 50%;
      }
      .none {
        margin: 0 0 12px;
        color: var(--cf-faint);
      }
      .basis {
        color: var(--cf-faint);
        font-size: 12px;
        margin: 8px 0 0;
      }
    `]}};V=a([i(`chocolate-factory-comfort-card-content`)],V);export{V as ComfortCard};