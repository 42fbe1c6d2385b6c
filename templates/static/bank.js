// A new bank account, comfort only: says beside the field what the server would say of it, and shows the company for a
// business account alone. The server checks it all again; without this the page works.
(() => {
  "use strict";

  const bank = document.getElementById("bank");
  const form = bank && bank.closest("form");
  if (!form) return;

  const byId = (id) => document.getElementById(id);
  const [routing, account, again, company] = ["routing", "account", "account_again", "company"].map(byId);
  const radio = byId("method-bank"); // absent: there is nothing else to choose
  const business = byId("holder_type-business");

  const digits = (field) => field.value.replace(/[ -]/g, "");

  // The check digit, and the ranges that are given out.
  function isRouting(text) {
    if (!/^(0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/.test(text)) return false;
    const sum = [...text].reduce((total, digit, at) => total + Number(digit) * [3, 7, 1][at % 3], 0);
    return sum > 0 && sum % 10 === 0;
  }

  // What is wrong with a field that was left; "" while it is empty.
  function faultOf(field) {
    if (digits(field) === "") return "";
    if (field === routing) return isRouting(digits(field)) ? "" : field.dataset.wrong;
    if (field === account) return /^\d{4,17}$/.test(digits(field)) ? "" : field.dataset.wrong;
    if (field === again) return digits(field) === digits(account) ? "" : field.dataset.wrong;
    return "";
  }

  // What is missing; only said when the form is sent.
  function missingOf(field) {
    if (field === company) return business.checked && field.value.trim() === "" ? field.dataset.wrong : "";
    return field.dataset.missing && field.value.trim() === "" ? field.dataset.missing : "";
  }

  // As the server says it: above the field, tied to it.
  function say(field, text) {
    const id = field.id + "-error";
    const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((word) => word && word !== id);
    const line = byId(id);

    if (line) line.remove();
    if (text) {
      const said = document.createElement("p");
      said.className = "r-error";
      said.id = id;
      said.textContent = text;
      field.before(said);
      others.push(id);
    }
    field.closest(".r-field").classList.toggle("r-field-wrong", Boolean(text));
    if (text) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (others.length) field.setAttribute("aria-describedby", others.join(" "));
    else field.removeAttribute("aria-describedby");
  }

  function fold() {
    company.closest(".r-field").hidden = !business.checked;
  }

  // Nothing moves under a finger on its way to the button.
  let isPressing = false;
  const held = [];
  function whenReleased(work) {
    if (isPressing || held.length) held.push(work);
    else work();
  }
  function press(event) {
    isPressing = event.type === "pointerdown";
    if (!isPressing) setTimeout(() => held.splice(0).forEach((work) => work()), 100); // its click comes first
  }
  for (const type of ["pointerdown", "pointerup", "pointercancel"]) window.addEventListener(type, press, true);

  bank.addEventListener("change", (event) => {
    const field = event.target;
    if (field.name === "holder_type") return fold();
    if (field.type !== "text") return;
    whenReleased(() => {
      say(field, faultOf(field));
      // The second one was right of another first.
      if (field === account && again.value) say(again, faultOf(again));
    });
  });

  form.addEventListener("submit", (event) => {
    if (radio && !radio.checked) return;
    const fields = [...bank.querySelectorAll("input[type=text]")];
    for (const field of fields) if (field.dataset.missing || field.dataset.wrong) say(field, missingOf(field) || faultOf(field));
    const wrong = fields.find((field) => missingOf(field) || faultOf(field));
    if (!wrong) return;
    event.preventDefault();
    wrong.focus();
  });

  // Back and forward bring the fields back without an event.
  window.addEventListener("pageshow", fold);
  fold();
})();
