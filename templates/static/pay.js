// Make a Payment, comfort only: the page works without this. Running totals in whole cents, the picker unfolds
// with "Selected Invoices" and the fields of a new method with its radio button, typing or ticking chooses what it
// belongs to. Decides nothing: the server works it all out again.
(() => {
  "use strict";

  const form = document.getElementById("pay-form");
  if (!form) return;

  const picker = document.getElementById("picker");
  const fixedAmount = document.getElementById("fixed_amount");
  const selectedNumber = document.getElementById("selected-number");
  const selectedTotal = document.getElementById("selected-total");
  const paymentTotal = document.getElementById("payment-total");
  const chooseOne = document.getElementById("choose-one");
  const boxes = [...form.querySelectorAll('input[name="invoice"]')];
  const folds = [...form.querySelectorAll("[data-radio]")]; // seen while the radio button of that id is chosen

  // Cents of "1234.5", "1,234.50" or "$1,234.50"; null when it is none of them.
  function centsOf(text) {
    const match = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d{1,11})(?:\.(\d{1,2}))?$/.exec(text.trim());
    if (!match) return null;
    const dollars = Number(match[1].replaceAll(",", ""));
    return dollars * 100 + Number((match[2] || "").padEnd(2, "0"));
  }

  function moneyOf(cents) {
    const dollars = String(Math.trunc(cents / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
    return "$" + dollars + "." + String(cents % 100).padStart(2, "0");
  }

  function show(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function choice() {
    return form.querySelector('input[name="what"]:checked');
  }

  function choose(id) {
    const radio = document.getElementById(id);
    if (radio) radio.checked = true;
  }

  function amountField(box) {
    return box.closest("tr").querySelector('input[name="amount"]');
  }

  function centsOfRow(box) {
    const typed = amountField(box).value;
    return typed.trim() === "" ? Number(box.dataset.cents) : centsOf(typed) || 0;
  }

  function update() {
    const ticked = boxes.filter((box) => box.checked);
    const selectedCents = ticked.reduce((sum, box) => sum + centsOfRow(box), 0);
    const chosen = choice();
    const what = chosen ? chosen.value : "";

    show(selectedNumber, String(ticked.length));
    show(selectedTotal, moneyOf(selectedCents));
    if (picker) picker.hidden = what !== "selected";
    for (const fold of folds) fold.hidden = !document.getElementById(fold.dataset.radio).checked;
    if (chooseOne) chooseOne.hidden = what !== "selected" || ticked.length > 0;

    let cents = 0;
    if (what === "selected") cents = selectedCents;
    else if (what === "fixed") cents = centsOf(fixedAmount.value) || 0;
    else if (chosen) cents = Number(chosen.dataset.cents);
    // One total speaks at a time.
    paymentTotal.setAttribute("aria-live", what === "selected" ? "off" : "polite");
    show(paymentTotal, moneyOf(cents));
  }

  form.addEventListener("input", (event) => {
    const field = event.target;
    if (field.name === "fixed_amount") {
      choose("what-fixed");
    } else if (field.name === "invoice") {
      choose("what-selected");
    } else if (field.name === "amount") {
      const box = field.closest("tr").querySelector('input[name="invoice"]');
      if (box && field.value.trim() !== "") box.checked = true;
      choose("what-selected");
    }
    update();
  });

  // Links into a folded part (the count, the error summary) open it first.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    const fold = folds.find((part) => part.contains(target));
    if (fold) choose(fold.dataset.radio);
    else if (picker && picker.contains(target)) choose("what-selected");
    else return;
    event.preventDefault();
    update();
    target.focus();
    target.scrollIntoView();
  });

  // Back and forward bring the fields back without an event.
  window.addEventListener("pageshow", update);
  update();
})();
