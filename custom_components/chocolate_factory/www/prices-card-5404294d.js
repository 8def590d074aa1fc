import{d as e,f as t,l as n,s as r,t as i,u as a}from"./lit-64fd5920.js";import{a as o,c as s,d as c,f as l,g as u,h as d,i as f,l as p,m,n as h,p as g,r as _,s as v,t as y,u as b}from"./time-axis-67a16278.js";import{c as x,l as S,n as C,t as w}from"./factory-card-7e8b3929.js";import{n as T}from"./when-288f1427.js";var E=e=>e===`published`||e===`contract`?`known`:e;function D(e,t){let n=e[0]?.date;if(n===void 0)return[];let r=x(n,t);return e.filter(e=>e.date<r)}function O(e,t){let[n,r]=[e[0],e.at(-1)];return n&&r?u(n.start,r.end,t):[]}var k=.9,A=.02;function j(e,t,n){let[r,i]=[1/0,-1/0];for(let{price:n,low:a,high:o}of e)for(let e of t?[n,a,o]:[n])e!==null&&(r=Math.min(r,e),i=Math.max(i,e));return r>i?o(0,.2,n):r>k*i&&i-r>A*i?o(r-(i-r)/4,i,n):o(Math.min(0,r),Math.max(0,i),n)}function M(e){let t=[];for(let{start:n,end:r,period:i}of e){let e=t.at(-1);e?.period===i&&e.end===n?e.end=r:t.push({start:n,end:r,period:i})}return t}function N(e){let t=[],n;for(let r of e){let e=t.at(-1),i=E(r.origin);if(r.price!==null){if(e?.kind===i&&e.end===r.start)e.slots.push(r),e.end=r.end;else{let e=n?.end===r.start?n.price:null;t.push({kind:i,start:r.start,end:r.end,slots:[r],before:e})}}n=r}return t}var P=[`known`,`estimated`,`forecast`];function F(e,t){let n;for(let r=0;r<e.length;r++){let i=I(e,r,t*d);i&&(!n||i.price<n.price-1e-9)&&(n=i)}return n}function I(e,t,n){let r=e[t];if(!r)return;let i=r.start,a=0,o=`known`;for(let s=t;i<r.start+n;s++){let t=e[s];if(!t||t.price===null||t.start!==i)return;a+=t.price*(t.end-t.start),i=t.end,P.indexOf(E(t.origin))>P.indexOf(o)&&(o=E(t.origin))}return{date:r.date,start:r.start,end:i,price:a/(i-r.start),kind:o}}function L(e,t,n){let r=/* @__PURE__ */ new Map;for(let t of e){if(t.start<n)continue;let e=r.get(t.date);e?e.push(t):r.set(t.date,[t])}return[...r.values()].flatMap(e=>e.some(({price:t})=>t!==e[0]?.price)?F(e,t)??[]:[])}function R(e,t){let n;for(let r of e)r.date===t&&r.price!==null&&(n??={lowest:r,highest:r},r.price<(n.lowest.price??0)&&(n.lowest=r),r.price>(n.highest.price??0)&&(n.highest=r));return n}function z(e,t){let[n,r]=[0,0],i=`known`;for(let a of e)a.date===t&&a.price!==null&&(n+=a.price*(a.end-a.start),r+=a.end-a.start,P.indexOf(E(a.origin))>P.indexOf(i)&&(i=E(a.origin)));return r?{price:n/r,kind:i}:void 0}var B=22,V=18,H=30;function U(e){let{slots:t,format:n,width:r,height:i,hasBand:a,hasPeriods:o}=e,s=O(t,e.zone),[c,l]=[t[0]?.start??0,t.at(-1)?.end??1],u=j(t,a,Math.min(Math.max(6,i/100),(i-60)/H)),d=Math.max(...u.ticks.map(e=>n.number(e,u.digits).length)),p=Math.ceil(y(`0`.repeat(d)))+6,m=new f(c,l,p,r-1),h={days:s,x:m,format:n,today:e.today},g=i-_(h),v=g-(o?V:0),b=new f(u.from,u.to,v,B);return{...e,x:m,y:b,axis:u,time:h,left:p,right:r-1,top:B,bottom:v,foot:g}}function W(e,t){let n=t.indexOf(e);return t.length>1?1-n/(t.length-1):0}var G=e=>[...new Set(e.map(e=>e.period))].sort((e,t)=>e-t),K=[({slots:t,x:r,top:i,bottom:a,foot:o,hasPeriods:s})=>{if(!s)return n;let c=G(t);return e`<g>${M(t).map(({start:t,end:s,period:l})=>{let[u,d]=[r.at(t),r.at(s)],f=W(l,c),p=`P${l}`;return e`
      ${f?e`<rect class="period" x=${u} width=${d-u} y=${i} height=${a-i} opacity=${f*.09} />`:n}
      <rect class="period" x=${u+.5} width=${Math.max(.5,d-u-1)} y=${a+2} height=${o-a-3}
        opacity=${.06+f*.22} />
      ${d-u>=y(p)+3?e`<text class="today" x=${(u+d)/2} y=${o-4} text-anchor="middle">${p}</text>`:n}
    `})}</g>`},({axis:t,y:n,left:r,right:i,format:a})=>e`
  <text x="0" y="11">€/kWh</text>
  ${t.ticks.map(o=>{let s=Math.round(n.at(o));return e`
      <line class=${o===0?`zero`:`gridline`} x1=${r} x2=${i} y1=${s} y2=${s} />
      <text x=${r-6} y=${s+4} text-anchor="end">${a.number(o,t.digits)}</text>
    `})}`,e=>h(e.time,e.top,e.foot),({slots:t,x:n,y:r,axis:i})=>{let a=Math.max(0,i.from);return e`<path class="area" d=${v(t,({price:e})=>e===null?null:[a,e],n,r)} />`},({slots:t,cheapest:n,x:r,y:i,axis:a,bottom:o})=>{let s=Math.max(0,a.from),c=Math.min(...n.map(({price:e})=>e));return e`<g class="cheapest">${n.map(({start:n,end:a,price:l})=>{let u=t.filter(e=>e.start>=n&&e.end<=a);return e`
      <path d=${v(u,({price:e})=>e===null?null:[s,e],r,i)} opacity=${l===c?.65:.35} />
      <rect x=${r.at(n)} width=${r.at(a)-r.at(n)} y=${o-4} height="4" />
    `})}</g>`},({slots:t,x:r,y:i,hasBand:a})=>a?e`<path class="band" d=${v(t,({low:e,high:t})=>e===null||t===null?null:[e,t],r,i)} />`:n,({slots:t,x:n,y:r})=>e`${N(t).map(t=>e`<path class="line ${t.kind}" d=${s(t.slots,e=>e.price,n,r,t.before)} />`)}`,({slots:t,now:r,x:i,y:a,top:o,foot:s})=>{let c=C(t,r);if(!c)return n;let l=Math.round(i.at(r));return e`
    <line class="now" x1=${l} x2=${l} y1=${o-4} y2=${s} />
    ${c.price===null?n:e`<circle class="dot" cx=${l} cy=${a.at(c.price)} r="5" />`}
  `}];function q(t,{x:r,y:i,top:a,foot:o}){let s=Math.round(r.at((t.start+t.end)/2)),c=Math.max(2,r.perUnit*Math.min(t.end-t.start,d));return e`
    <line class="pointed" x1=${s} x2=${s} y1=${a} y2=${o} />
    ${t.price===null?n:e`<rect class="slot" x=${r.at(t.start)} width=${c} y=${i.at(t.price)-2} height="4" />
          <circle class="dot" cx=${s} cy=${i.at(t.price)} r="5" />`}
  `}var J=class extends w{constructor(...e){super(...e),this.heading=`prices.title`,this.#e=new l(this,`.chart`),this.#t=new m(this)}#e;#t;content(e,t){let{days:n=8,cheapest:r=3}=this.config??{},i=D(e.slots,n),o=L(i,r,this.now);return a`
      ${this.#n(e,t)}
      ${this.#r(e,i,o,t)}
      ${this.#u(i,o,e.data.prices)}
      ${this.#d(o,r,t)}
      ${this.#f(e.data.prices,t)}
    `}#n({data:e,slots:t},r){let{prices:i,next_period:o,zone:s}=e,l=S(this.now,s).date,u=C(t,this.now),d=Date.parse(o),f=R(t,l),p=z(t,x(l,1)),m=e=>e&&f?.lowest.price!==f?.highest.price?this.text(`prices.at`,{time:r.time(e.start)}):n;return a`<dl class="figures">
      <div class="first">
        <dt>${this.text(`prices.now`)}</dt>
        <dd class="value">${r.number(u?.price,4)} <small>€/kWh</small></dd>
        <dd class="more">
          ${u?`P${u.period}`:n}
          ${u&&d>this.now?T(this,d,this.now,r):n}
        </dd>
      </div>
      ${c(`lowest`,this.text(`prices.lowest`),r.number(i.today.lowest,4),m(f?.lowest))}
      ${c(`average`,this.text(`prices.average`),r.number(i.today.average,4))}
      ${c(`highest`,this.text(`prices.highest`),r.number(i.today.highest,4),m(f?.highest))}
      ${c(`tomorrow`,this.text(`prices.tomorrow`),r.number(p?.price,4),p?this.text(`prices.average_of`,{kind:this.#l(p.kind,i)}):this.text(`prices.not_out`))}
    </dl>`}#r({data:e},t,r,i){let{width:a,height:o}=this.#e,{band:s=!0,periods:c=!0}=this.config??{},{now:l}=this,{zone:u}=e,d=t.some(e=>e.price!==null),f=a>0&&t.length>0,p=S(l,u).date,m=f?U({slots:t,cheapest:r,zone:u,now:l,today:p,format:i,width:a,height:o,hasBand:s,hasPeriods:c}):void 0;m&&d&&this.#t.follow(t,m.x,l);let h=t[this.#t.index??-1];return g({crosshair:this.#t,inputs:[e,a,o,l,i,this.config],draw:()=>m?K.map(e=>e(m)):n,...m&&h&&{mark:q(h,m),tip:this.#a(h,m,e.prices)},tell:d?n=>this.#o(t[n],i,e.prices):void 0,label:this.text(`prices.label`),unknown:this.text(`prices.unknown`),...m&&d&&{more:this.#i(t,m)}})}#i(e,{x:t,right:r,top:i,bottom:o}){let s=e.findLast(e=>e.price!==null);if(!s||r-t.at(s.end)<90)return n;let c=`left:${t.at(s.end)}px;right:0;top:${i}px;height:${o-i}px;bottom:auto`;return a`<p class="nothing" style=${c}><span>${this.text(`prices.no_forecast`)}</span></p>`}#a(e,t,r){let{format:i,x:o,right:s}=t;return p(o.at((e.start+e.end)/2),s,a`${i.day(e.date)}, ${this.#s(e,i)}
        <b>${i.price(e.price)}</b>
        ${e.low===null?n:a`<span>${this.#c(e,i)}</span>`}
        <span>P${e.period} · ${this.#l(E(e.origin),r)}</span>`)}#o(e,t,n){return e?[`${t.longDay(e.date)}, ${this.#s(e,t)}`,e.price===null?this.text(`prices.price_unknown`):t.price(e.price),...e.low===null?[]:[this.#c(e,t)],`P${e.period}`,...e.price===null?[]:[this.#l(E(e.origin),n)]].join(`, `):``}#s({start:e,end:t},n){return`${n.time(e)}–${n.time(t)}`}#c({low:e,high:t},n){return this.text(`prices.between`,{low:n.number(e,4),high:n.number(t,4)})}#l(e,{contract:t}){return e===`known`&&t===`fixed`?this.text(`prices.kinds.contract`):this.text(`prices.kinds.${e}`)}#u(t,r,i){let o=new Set(t.flatMap(e=>e.price===null?[]:[E(e.origin)])),s=this.config?.band&&t.some(e=>e.low!==null),c=this.config?.periods?G(t):[];return a`<ul class="legend">
      ${[`known`,`estimated`,`forecast`].map(t=>o.has(t)?a`<li>
              <svg aria-hidden="true">
                ${t===`forecast`&&s?e`<rect class="band" width="20" height="12" />`:n}
                <path class="line ${t}" d="M0 6H20" />
              </svg>
              ${this.#l(t,i)}${t===`forecast`&&s?` ${this.text(`prices.band`)}`:n}
            </li>`:n)}
      ${r.length?a`<li>
              <svg class="cheapest" aria-hidden="true">
                <rect width="20" height="12" opacity="0.5" /><rect y="8" width="20" height="4" />
              </svg>
              ${this.text(`prices.cheapest_short`)}
            </li>`:n}
      ${c.map(e=>a`<li>
          <svg aria-hidden="true">
            <rect class="period" width="20" height="12" opacity=${.06+W(e,c)*.22} />
          </svg>
          P${e}
        </li>`)}
    </ul>`}#d(e,t,r){if(!e.length)return n;let i=e.reduce((e,t)=>t.price<e.price?t:e),o=Math.max(...e.map(e=>y(this.#s(e,r)))),s=Math.ceil(o+y(`≈ 0.0000`))+24;return a`<section class="stretches" style="--least:${s}px">
      <h3>${this.text(`prices.cheapest`,{hours:t})}</h3>
      <ul>
        ${e.map(e=>a`<li class=${e===i?`best`:n}>
            <span class="day">${r.day(e.date)}</span>
            <span>${this.#s(e,r)}</span>
            <span class="price">
              ${e.kind===`known`?n:a`<span aria-hidden="true">≈</span>`}
              ${r.number(e.price,4)}
              <span class="visually-hidden">
                €/kWh${e.kind===`known`?n:`, ${this.text(`prices.kinds.${e.kind}`)}`}
              </span>
            </span>
          </li>`)}
      </ul>
    </section>`}#f({forecast_error:e},t){if(!e||e.error===null)return n;let{error:r,weekly_naive:i}=e,o={error:t.price(r),naive:t.price(i)};return a`<p class="error">
      ${this.text(i===null?`prices.error`:`prices.error_beside`,o)}
    </p>`}static{this.styles=[...w.styles,b,t`
      .chart {
        min-height: clamp(220px, 26cqi, 380px);
      }
      .line {
        fill: none;
        stroke: var(--cf-line);
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .line.estimated {
        stroke-dasharray: 4 2;
      }
      .line.forecast {
        stroke-width: 1.25;
      }
      .area,
      .band {
        fill: var(--cf-line);
      }
      .period {
        fill: var(--cf-text);
      }
      .area {
        opacity: 0.08;
      }
      .band {
        opacity: 0.24;
      }
      .dot,
      .slot {
        fill: var(--cf-line);
      }
      .cheapest {
        fill: var(--cf-very-cheap);
      }
      .stretches {
        margin-top: 12px;
      }
      h3 {
        margin: 0 0 6px;
        color: var(--cf-faint);
        font-size: 12px;
        font-weight: 400;
      }
      .stretches ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--least)), 1fr));
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .stretches li {
        display: grid;
        grid-template-columns: auto auto;
        justify-content: start;
        gap: 0 10px;
        white-space: nowrap;
        padding-inline-start: 8px;
        border-inline-start: 3px solid var(--cf-cheap);
        font-size: 12px;
        font-variant-numeric: tabular-nums;
      }
      .stretches li.best {
        border-color: var(--cf-very-cheap);
      }
      .stretches .day {
        grid-column: span 2;
        color: var(--cf-faint);
      }
      @container (max-width: 300px) {
        .stretches li {
          grid-template-columns: 56px auto auto;
        }
        .stretches .day {
          grid-column: auto;
        }
      }
      .best .price {
        font-weight: 500;
      }
      .error {
        margin: 10px 0 0;
        color: var(--cf-faint);
        font-size: 12px;
      }
    `]}};J=i([r(`chocolate-factory-prices-card-content`)],J);export{J as PricesCard};