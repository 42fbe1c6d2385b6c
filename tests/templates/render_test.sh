#!/bin/sh
# Renders every sample and looks at the text: nothing hostile comes out alive, the words customers know are there.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0
fail() { echo "render_test: $1" >&2; failed=1; }

sh "$here/render.sh" "$out" || exit 1

# The values "<b>", "<script>alert", "<img", "<i>" exist in samples only; a page that holds one has not escaped it.
for file in "$out"/*.html; do
  grep -q '<b>\|<script>\|<img src=x\|<i>\|" *onmouseover=' "$file" && fail "$(basename "$file"): a value came out as markup"
  grep -q '&amp;lt;\|&amp;amp;\|&amp;quot;' "$file" && fail "$(basename "$file"): a value was escaped twice"
done

has() { # has SAMPLE WORDS...: each stands in the page's text
  file=$out/$1.html
  shift
  for words; do grep -qF -- "$words" "$file" || fail "$(basename "$file"): lacks: $words"; done
}
lacks() {
  file=$out/$1.html
  shift
  for words; do grep -qF -- "$words" "$file" && fail "$(basename "$file"): should not have: $words"; done
}

has invoices_home.full 'Billing</h2>' 'Current Balance' 'Due By' 'In progress' 'Credit' 'Overdue' '>Pay Bill<' '>Manage Payment Methods<' \
  '>View Invoices<' 'Recent Invoices for <bdi>Corporate Account For Cloud Ser' '>Process Payment<' '>View all invoices<' 'Account Number' '>Site<' '>City<' \
  'action="/billing/logout"' '>Sign out<' 'aria-current="page"' 'Skip to main content'
lacks invoices_home.empty '>Pay Bill<' '>Manage Payment Methods<' '<table' 'Due By' 'In progress'
has invoices_home.empty 'No invoices yet.' 'role="status"'
has invoices_home.hostile '&lt;b&gt;' 'role="alert"' '云服务有限公司'
has invoices_tile.alone 'Current Balance' '>Pay Bill<'
lacks invoices_tile.alone '<html' '<body' '<h1'
has invoices_list.all 'Invoice History' 'Amount Due' 'Invoice Amount' 'Invoice #' 'Invoice Date' 'Date Due' '>Status<' 'Process Payment' 'Previous page' 'Next page' 'Page 2' 'aria-current="true">All<'
has invoices_list.open_empty 'No open invoices.'
has invoices_list.paid_empty 'No paid invoices yet.'
has invoices_list.all_empty 'No invoices yet.'
has invoices_list.past_end 'no more invoices'
has invoices_invoice.overdue 'Invoice Date' 'Amount Due' 'Date Due' 'Process Payment' 'Download PDF' 'r-status-overdue' 'Net 30.'
has invoices_invoice.processing 'See that payment'
lacks invoices_invoice.processing 'Process Payment'
has invoices_invoice.new 'No payments on this invoice yet.'
for words in '>Refunded <span class="r-money">$10.00</span> on <time datetime="2026-11-22">Nov 22, 2026</time><' \
  '>Refund being checked: <span class="r-money">$30.00</span>, since <time' '>Voided <span class="r-money">$120.00</span> on '; do
  has invoices_invoice.refunded "$words"
done
[ "$(grep -c 'class="r-refunds"' "$out/invoices_invoice.refunded.html")" = 2 ] || fail 'invoices_invoice.refunded: two payments have refunds'
lacks invoices_invoice.overdue 'r-refunds'
has login_sign_in.first 'name="key" value="k1"' 'name="next"' 'autocomplete="username"' 'autocomplete="current-password"' '>Sign in</button>'
lacks login_sign_in.first 'Sign out' '<nav'
has login_sign_in.wrong '<title>Error: ' 'role="alert"' 'aria-describedby="email-error"' 'aria-invalid="true"' 'href="#password"'
has pay_make.total 'Make a Payment' 'Current Balance' 'Due By' 'Total Balance' 'Current Charges' 'Fixed Amount' 'Selected Invoices' 'Select Invoice To Pay' \
  'Amount Due' 'Invoice Amount' 'Invoice #' 'Invoice Date' 'Total Amount' 'Payment Total' 'Payment Method' 'Add Payment Method' '>Note<' 'Process Payment' '>Cancel<' \
  'Please allow up to 2 business days for payments to be reflected in your account' 'Payment Terms and Conditions' 'name="seen_balance" value="85661"' \
  'value="total" data-cents="85661" aria-describedby="what-total-amount" checked' 'id="choose-one" hidden'
has pay_make.selected_none 'id="choose-one">Select at Least One Invoice'
has pay_make.from_invoice 'Invoice Date</dt>' 'Amount Due</dt>' 'Date Due</dt>' 'value="INV-10397" data-cents="3043" checked'
has pay_make.errors 'id="fixed_amount-error"' 'id="picker-error"' 'id="amount-1-error"' 'id="methods-error"' 'id="note-error"' '&lt;/textarea&gt;'
has pay_make.no_method 'No payment method is saved yet.'
has pay_make.nothing 'There is nothing to pay right now.'
lacks pay_make.nothing '<form class="r-form'
[ "$(grep -c 'name="listed"' "$out/pay_make.total.html")" = 3 ] || fail 'pay_make.total: a blocked row must not be listed'
[ "$(grep -c 'type="checkbox" name="invoice"' "$out/pay_make.many.html")" = 199 ] || fail 'pay_make.many: 199 boxes and one blocked row'
# shellcheck disable=SC2016  # an amount, no variable
has pay_review.plain 'Review your payment' '>Pay $856.61</button>' 'action="/billing/pay/PAY-7Q2M-44KX"' '>Change<' '>Cancel<' 'Nothing has been charged yet.'
has pay_review.again 'This form was sent before. This is the payment it made; nothing was paid twice.' 'Kept as credit on your account'
has pay_outcome.success 'Payment has been processed' 'PAY-7Q2M-44KX' 'r-outcome-success'
for kind in pending processing unknown declined failed not_charged expired conflict refunded; do has "pay_outcome.$kind" "r-outcome-$kind"; done
lacks pay_outcome.processing 'http-equiv'
has pay_outcome.success 'Invoices in this payment'
lacks pay_outcome.declined 'Invoices in this payment'

[ $failed -eq 0 ] && echo 'render_test: passed'
exit $failed
