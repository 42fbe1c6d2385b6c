#!/bin/sh
# Renders every sample and looks at the text: nothing hostile comes out alive, the words customers know are there.
# shellcheck disable=SC2016  # amounts in dollars, no variables
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
lacks invoices_home.empty '>Pay Bill<' '>Manage Payment Methods<' 'r-invoices' 'Due By' 'In progress'
has invoices_home.empty 'No invoices yet.' 'role="status"'
has invoices_home.hostile '&lt;b&gt;' 'role="alert"' '云服务有限公司'
has invoices_tile.alone 'Current Balance' '>Pay Bill<'
lacks invoices_tile.alone '<html' '<body' '<h1'
for sample in invoices_tile.nobody invoices_tile.refused; do
  has $sample 'class="remit r-card r-tile"' '>Billing</h2>'
  lacks $sample '<html' '<body' '<h1' 'Current Balance'
done
has invoices_tile.nobody 'href="/billing/login?next=/">Sign in</a>'
lacks invoices_tile.refused '<a '
has invoices_home.full '>What needs attention</h2>' '<bdi>INV-10397</bdi> is overdue since October 31: $30.43.' '>Auto Pay takes next</h2>' '$30.43 on December 1, Visa ending 4242' \
  'Method of <bdi>Billy &lt;b&gt;Fisher&lt;/b&gt;</bdi>' 'Nothing is due yet, <bdi>Amex ending 0005' '>Manage Auto Pay</a>' '>Activity Calendar</h2>' 'November 2026</strong>'
lacks invoices_home.empty 'What needs attention' 'Auto Pay takes next'
has invoices_home.empty 'Nothing happened and nothing is due in November 2026.'
has invoices_home.plain 'Auto Pay is off.'
lacks invoices_home.plain 'What needs attention' 'Set up Auto Pay'
has invoices_calendar.full '<h1>Activity Calendar</h1>' '>Activity Calendar, November 2026</caption>' 'scope="col">Sunday</th>' 'rel="prev" href="/billing/calendar?month=2026-10">October 2026' 'rel="next" href="/billing/calendar?month=2026-12">December 2026' \
  'aria-current="date"><span class="r-day-words">Sunday, November </span>22<span class="r-day-words"></span></time> <span class="r-today">Today' '2 invoices issued<span class="r-hidden"> on November 2</span></a> <span class="r-event-amount">$376.61' 'Checking &lt;b&gt;ending'
[ "$(grep -c 'class="r-day-none"' "$out/invoices_calendar.full.html")" = 5 ] || fail 'invoices_calendar.full: five days belong to December'
lacks invoices_calendar.full 'r-calendar-empty' 'Back to' 'Open invoices by due date'
has invoices_calendar.cut 'Open invoices by due date' 'More than 12 invoices due'
has invoices_calendar.empty 'Nothing happened' 'Back to December 2026'
has invoices_list.all 'Invoice History' 'Amount Due' 'Invoice Amount' 'Invoice #' 'Invoice Date' 'Date Due' '>Status<' 'Process Payment' 'First page' 'Previous page' 'Next page' 'aria-current="true">All<' '>Overdue</a>' 'Current Balance <strong class="r-money">$856.61<' '<details class="r-find">' '<label for="sort">Sort by</label>' '<label for="number">Invoice #</label>' '<label for="from">From</label>' '<label for="to">To</label>' 'name="status" value="all"' '<option value="newest" selected>' 'after=2026-06-01.10102">Next page'
# Page.Language is what programs say; a page without it is in English.
has login_sign_in.first '<html lang="en">'
has shared_error.wait '<html lang="es">'
has shared_error.trouble '<html lang="en">'
has login_profile.plain '<label for="language">Language</label>' '<option value="es" lang="es" selected>Español &lt;b&gt;</option>' '<option value="">As your browser asks</option>'
has login_profile.wrong 'id="language-error"' 'href="#language"'
lacks login_profile.site 'id="language"'
has invoices_list.open_empty 'No open invoices.'
has invoices_list.paid_empty 'No paid invoices yet.'
has invoices_list.all_empty 'No invoices yet.'
has invoices_list.past_end 'no more invoices' 'First page'
lacks invoices_list.past_end 'Next page' 'Previous page'
has invoices_list.overdue_empty 'No overdue invoices.' 'Sorted by Date Due, earliest first.'
lacks invoices_list.overdue_empty '>Sort by<' 'Clear</a>'
has invoices_list.period 'No paid invoices of this period.' 'Nov 1, 2026 to Nov 30, 2026, oldest first. <a href="/billing/invoices?status=paid">Clear</a>' 'type="date" autocomplete="off" value="2026-11-01"' '<option value="oldest" selected>'
has invoices_list.number_none 'No invoice number begins like that.' 'begin with <strong><bdi>&quot;&gt;&lt;script&gt;' 'value="&quot;&gt;&lt;script&gt;'
lacks invoices_list.number_none 'aria-current="true"'
has invoices_list.errors '<details class="r-find" open>' 'id="number-error"' 'id="sort-error"' 'id="from-error"' 'id="to-error"' 'href="#from"' 'value="INV&quot;"' 'name="from" type="text" autocomplete="off" value="yesterday"' 'name="to" type="date"'
lacks invoices_list.errors 'No paid invoices' '<table'
has invoices_payments.all '<h1>Payment History</h1>' '<label for="status">Status</label>' '>Charged back</option>' 'href="/billing/payments/P0123456789A0">P0123456789A0</a>' 'r-status-charged_back' '&lt;b&gt;ending' 'First page' 'Previous page' 'Next page' 'aria-current="page">Payment History'
has invoices_payments.empty 'No payments yet.' '>Make a Payment</a></p>'
has invoices_payments.none_found 'No payments like that.' 'Status Declined, Date from Nov 1, 2026. <a href="/billing/payments">Show all payments</a>' '<option value="declined" selected>'
has invoices_payments.errors 'id="from-error"' 'id="to-error"' '<details class="r-find" open>'
lacks invoices_payments.errors 'No payments yet'
has invoices_payment.paid '>Download receipt (PDF)</a>' 'Kept as credit on your account' '>Confirmed</dt>' 'For &lt;b&gt;October' '7001234567' '<h2 id="steps">What happened</h2>' 'datetime="2026-11-21T21:04:00Z"' 'Invoices paid with it' 'href="/billing/invoices/INV-10397"' '>Payment History</a></p>'
lacks invoices_payment.paid 'Sent back' '>Make a Payment</a></p>' 'Check again' 'More invoices'
has invoices_payment.refunded 'Drafted by Auto Pay</dt>' 'Sent back' '−$40.00' '>Refunds</dt>' 'More invoices of this payment' 'First invoices of this payment'
has invoices_payment.declined 'Invoices it was made for' 'class="r-button" href="/billing/pay">Make a Payment</a>' 'Try again later'
lacks invoices_payment.declined 'Download receipt'
has invoices_payment.unknown '>Check again</a>'
has invoices_payment.recorded '>Received</dt>' 'Kept as credit on your account'
lacks invoices_payment.recorded '>Confirmed</dt>'
has invoices_invoice.pending 'is on its way from the bank' 'Latest payments' 'Earlier payments' 'Not every refund is listed here.' 'Credited</th>' 'href="/billing/invoices/INV-10390.pdf">Download PDF'
has invoices_invoice.credited 'Credit of <span class="r-money">$120.00</span> was applied to it.'
has invoices_invoice.overdue 'Invoice Date' 'Amount Due' 'Date Due' 'Process Payment' 'Download PDF' 'r-status-overdue' 'Net 30.'
has invoices_invoice.processing 'See that payment'
lacks invoices_invoice.processing 'Process Payment'
has invoices_invoice.new 'No payments on this invoice yet.'
for words in '>Refunded <span class="r-money">$10.00</span> on <time datetime="2026-11-22">Nov 22, 2026</time><' \
  '>Refund being checked: <span class="r-money">$30.00</span>, since <time' '>Voided <span class="r-money">$120.00</span> on ' \
  '>Returned by the bank on <time datetime="2026-11-20">Nov 20, 2026</time> (insufficient funds), due again: <span class="r-money">$44.00</span><'; do
  has invoices_invoice.refunded "$words"
done
[ "$(grep -c 'class="r-refunds"' "$out/invoices_invoice.refunded.html")" = 3 ] || fail 'invoices_invoice.refunded: three payments have refunds'
lacks invoices_invoice.overdue 'r-refunds'
has login_sign_in.first 'name="key" value="k1"' 'name="next"' 'autocomplete="username"' 'autocomplete="current-password"' '>Sign in</button>'
lacks login_sign_in.first 'Sign out' '<nav'
has login_sign_in.wrong '<title>Error: ' 'role="alert"' 'aria-describedby="email-error"' 'aria-invalid="true"' 'href="#password"'
has pay_make.total 'Make a Payment' 'Current Balance' 'Due By' 'Total Balance' 'Current Charges' 'Fixed Amount' 'Selected Invoices' 'Select Invoice To Pay' \
  'Amount Due' 'Invoice Amount' 'Invoice #' 'Invoice Date' 'Total Amount' 'Payment Total' 'Payment Method' '>Note<' 'Process Payment' '>Cancel<' \
  'Please allow up to 2 business days for payments to be reflected in your account' 'Payment Terms and Conditions' 'name="seen_balance" value="85661"' \
  'value="total" data-cents="85661" aria-describedby="what-total-amount what-total-hint" checked' 'id="choose-one" hidden' \
  '>In progress</dt><dd class="r-money">$75.00</dd>' 'id="what-total-hint">Without the <span class="r-money">$75.00</span> in progress.</p>'
lacks pay_make.selected_none 'what-total-hint'
has pay_make.selected_none 'id="choose-one">Select at Least One Invoice'
has pay_make.from_invoice 'Invoice Date</dt>' 'Amount Due</dt>' 'Date Due</dt>' 'value="INV-10397" data-cents="3043" checked'
has pay_make.errors 'id="fixed_amount-error"' 'id="picker-error"' 'id="amount-1-error"' 'id="methods-error"' 'id="note-error"' '&lt;/textarea&gt;'
has pay_make.no_method 'No payment method is saved yet.'
has pay_make.nothing 'There is nothing to pay right now.'
lacks pay_make.nothing '<form class="r-form'
[ "$(grep -c 'name="listed"' "$out/pay_make.total.html")" = 3 ] || fail 'pay_make.total: a blocked row must not be listed'
[ "$(grep -c 'type="checkbox" name="invoice"' "$out/pay_make.many.html")" = 199 ] || fail 'pay_make.many: 199 boxes and one blocked row'
has pay_review.plain 'Review your payment' '>Pay $856.61</button>' 'action="/billing/pay/PAY-7Q2M-44KX"' '>Change<' '>Cancel<' 'Nothing has been charged yet.'
has pay_review.again 'This form was sent before. This is the payment it made; nothing was paid twice.' 'Kept as credit on your account'
has pay_outcome.success 'Payment has been processed' 'PAY-7Q2M-44KX' 'r-outcome-success'
for kind in pending processing unknown declined failed not_charged expired conflict refunded; do has "pay_outcome.$kind" "r-outcome-$kind"; done
lacks pay_outcome.processing 'http-equiv'
has pay_outcome.success 'Invoices in this payment'
lacks pay_outcome.declined 'Invoices in this payment'

has pay_outcome.refunded '>Refunds<' 'Refunded <span class="r-money">$800.00</span>' 'Refund being checked: <span class="r-money">$56.61</span>'
lacks pay_outcome.success '>Refunds<'

has pay_make.card 'Choose a Payment Method' 'id="method-card" name="method" value="card">' '>Credit Card</label>' 'Card Number<span aria-hidden="true"> *' 'Expires<span aria-hidden="true"> *' \
  'CVV<span aria-hidden="true"> *' 'Name on Card<span aria-hidden="true"> *' 'Zip Code<span aria-hidden="true"> *' '* required' 'Accepted card types: Amex, Discover, Mastercard, and Visa' \
  'I have read and understand the terms' 'href="#card-terms">View Terms' 'Credit card terms' 'Remember this credit card for your next payment' 'href="/billing/methods/card?next=/pay">Add Payment Method' \
  'This card has expired.</strong> <a href="/billing/methods/card?replace=17">Fix it' '>VISA</span>' '>BANK</span>' '>MC</span>' '<noscript>' 'id="card-status" role="status"' \
  'src="http://gateway.test/token/Collect.js" data-tokenization-key="looks-only" data-variant="inline" async' 'card.js" defer' 'autocomplete="cc-name"' 'autocomplete="billing postal-code"'
for sample in pay_make.card methods_card.new; do
  for id in what picker method-card card payment_token card-error ccnumber ccexp cvv name_on_card street city state zip terms remember card-terms payment-terms card-status; do
    count=$(grep -c " id=\"$id\"" "$out/$sample.html")
    [ "$count" -le 1 ] || fail "$sample: $count elements have the id $id"
  done
done
lacks pay_make.card 'name="payment_token" value="2' 'id="card-kept"' 'name="remember" value="1" checked'
has pay_make.card_first 'name="method" value="card" checked'
lacks pay_make.card_first 'No payment method is saved yet.'
lacks pay_make.total 'gateway-script' 'Collect.js' 'Credit card terms' 'card-status'
has pay_make.refused 'disabled' 'This card was refused by its bank. Replace it, or ask the bank why.</strong> <a href="/billing/methods/card?replace=16">Fix it'
has pay_make.card_errors 'id="name_on_card-error"' 'id="street-error"' 'id="city-error"' 'id="state-error"' 'id="zip-error"' 'id="terms-error"' 'href="#card">' 'name="remember" value="1" checked' \
  'Error: </span>The card was declined' 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"'
has pay_make.card_kept 'name="payment_token" value="2Gkv8-kept-token"' 'The card you typed is kept for this form.' '>Type another card</button>' 'id="card-typed" hidden' 'name="terms" value="5f0c2d9b1e7a4c38" required data-missing'
has pay_make.bank_first 'name="method" value="bank" checked' 'name="method" value="card">' '>Checking: One-Time / Automated ACH</label>' 'Bank Routing Number<span aria-hidden="true"> *' 'Checking Account<span aria-hidden="true"> *' \
  'Retype Checking Account<span aria-hidden="true"> *' 'Account Holder Type<span aria-hidden="true"> *' '>Personal</label>' '>Business</label>' 'Account Type<span aria-hidden="true"> *' '>Checking</label>' '>Savings</label>' 'Name on Account<span aria-hidden="true"> *' \
  '>Company</label>' 'Remember this account for your next payment' 'href="/billing/methods/bank?next=/pay">Add Bank Information (eCheck)' 'bank.js" defer' 'id="holder_type-personal" name="holder_type" value="personal" required checked' \
  'id="account_type-checking" name="account_type" value="checking" required checked'
for sample in pay_make.bank_first pay_make.bank_errors methods_bank.new; do
  for id in method-bank method-card bank routing account account_again holder_type account_type name_on_account company bank_street bank_city bank_state bank_zip street city state zip remember remember_account authorize; do
    count=$(grep -c " id=\"$id\"" "$out/$sample.html")
    [ "$count" -le 1 ] || fail "$sample: $count elements have the id $id"
  done
done
has pay_make.bank_only 'href="/billing/methods/bank?next=/pay">Add Payment Method'
lacks pay_make.bank_only 'method-card' 'Collect.js' 'Add Credit Card'
lacks pay_make.card 'method-bank' 'bank.js' 'Add Bank Information'
for id in routing account account_again holder_type account_type name_on_account company bank_street bank_city bank_state bank_zip; do
  has pay_make.bank_errors "id=\"$id-error\"" "aria-describedby=\"$id"
done
has pay_make.bank_errors 'id="account_type-savings" name="account_type" value="savings" required checked' 'name="remember_account" value="1" checked' 'href="#holder_type">'
lacks pay_make.bank_errors 'value="personal" required checked' 'value="business" required checked'
has methods_bank.new '<h1><bdi>Add Bank Information (eCheck)</bdi></h1>' '>Save</button>' '>Cancel</a>' 'action="/billing/methods/bank"' 'Nothing is taken from the account now.' 'Your authorization' 'name="authorize" value="5f0c2d9b1e7a4c38" required aria' 'I authorize <bdi>Northfork Hosting</bdi> as written above'
lacks methods_bank.new 'name="replace"' 'name="next"' 'Remember this account'
has methods_bank.errors 'takes the place of the old one' 'id="authorize-error"' 'name="authorize" value="5f0c2d9b1e7a4c38" required checked' 'value="business" required checked' 'value="Moss &amp; Co"'
has pay_review.bank 'Your authorization' 'you agree to this' 'name="authorization" value="5f0c2d9b1e7a4c38"' 'Ashley &lt;b&gt;Palacol'
lacks pay_review.plain 'Your authorization' 'name="authorization"'
has methods_card.new '<h1><bdi>Add Credit Card</bdi></h1>' '>Save</button>' '>Cancel</a>' 'action="/billing/methods/card"' 'name="key" value="k1"' 'Nothing is charged.' 'payment service, not here'
lacks methods_card.new 'name="replace"' 'name="next"' 'Remember this credit card'
has methods_card.replace 'Replace Visa ending 4242</bdi></h1>' 'name="replace" value="17"' 'name="next" value="/pay"' 'href="/billing/pay">Cancel' 'takes the place of the old one'
has methods_list.full '<h1>Manage Payment Methods</h1>' 'href="/billing/methods/card">Add Payment Method</a>' 'href="/billing/methods/card">Add Credit Card</a>' 'First choice when you pay' \
  'r-status-card_expired">Expired' 'r-status-card_expiring">Expires soon' 'Replace expired card' 'Fix it' 'Auto Pay' 'by <bdi>you</bdi>' 'by <bdi>Northfork Hosting</bdi>' 'aria-current="page">Payment Methods'
has methods_list.empty 'No payment method is saved yet.' 'Add Payment Method'
has methods_list.full 'href="/billing/methods/bank">Add Bank Information (eCheck)</a>'
has methods_list.closed 'Please contact Northfork Hosting to add one.'
lacks methods_list.closed 'Add Payment Method' 'Add Credit Card' 'Add Bank Information'
has methods_list.limit 'as many as can be kept'
lacks methods_list.limit 'Add Payment Method'
has methods_method.card 'Visa ending 4242' 'Name on Card' 'Last payment' 'Auto Pay</dt><dd>Off' 'Make a Payment with it' 'Replace this card' '>Remove</a>' 'Name for this method' 'name="label"' 'maxlength="100"' 'value="Company card"'
has methods_method.expired 'Replace expired card' 'id="label-error"' 'Fix it'
lacks methods_method.expired 'Make a Payment with it' 'Replace this card'
lacks methods_method.bank 'Expires' 'Last payment' 'Replace this card'
has methods_method.bank '>Replace this account</a>'
has autopay_list.empty '<h1>Manage Auto Pay</h1>' 'Auto Pay is off.' 'href="/billing/autopay/new">Set up Auto Pay</a>' 'you receive confirmation each time a payment is drafted'
lacks autopay_list.empty '<table' 'Turn off Auto Pay'
has autopay_list.full 'You will receive confirmation each time a payment is drafted.' '$15.22 on December 1, Visa ending 4242' 'Skip the next draft' 'Draft on December 15 after all' 'name="undo" value="1"' \
  'Turn off Auto Pay<span' 'Billy &lt;b&gt;Fisher&lt;/b&gt;' 'Hosting &amp; &lt;i&gt;Domains' 'Most per draft' 'Backup method</dt>' 'On November 25.' 'Nothing is due yet.' 'Set up another Auto Pay'
has autopay_off.plain '<h1>Turn off Auto Pay</h1>' "Disabling Auto Pay means you'll need to manually submit future payments to keep your account current." '>Save</button>' 'action="/billing/autopay/7/off"'
has autopay_form.new '<h1>Set up Auto Pay</h1>' '>On the due date</label>' '>1st of the Month</label>' '>15th of the Month</label>' '>1st and 15th (Split Between)</label>' 'Most per draft' 'Backup method' 'Only these billing types' \
  'Only these invoices' 'value="&quot;&gt;&lt;script&gt;alert(1)' 'value="18" disabled' 'id="scope-all" name="scope" value="all" checked' '>Continue</button>'
lacks autopay_form.new 'id="older" name="older" value="1" aria-describedby="older-hint" checked'
has autopay_form.errors 'id="method-error"' 'id="schedule-error"' 'id="scope-error"' 'id="largest-error"' 'id="backup-error"' 'aria-describedby="older-hint" checked' 'value="17" selected' 'value="types" checked'
has autopay_form.no_method 'Auto Pay needs a saved payment method.' 'href="/billing/methods">Add Payment Method'
lacks autopay_form.no_method '<form class="r-form"'
has autopay_preview.plain '$30.43 on December 1, Visa ending 4242' 'name="agree" value="5f0c2d9b1e7a4c38" required' 'name="step" value="save">Save</button>' 'name="step" value="edit">Change</button>' 'Nothing is saved yet.' 'Invoices issued before' 'come on top.' \
  'name="type" value="&quot;&gt;&lt;script&gt;'
lacks autopay_preview.plain ' checked' 'Takes over'
has autopay_preview.takes 'id="agree-error"' 'Takes over from Visa ending 1111' 'Changes the Auto Pay with Checking ending 6789' 'Stays with Amex ending 0005: Hosting.' 'I authorize it &amp; &lt;b&gt;that'
has pay_review.autopay 'Pay $856.61 and turn on Auto Pay</button>' 'name="autopay" value="5f0c2d9b1e7a4c38"' 'Takes over from Visa ending 1111' 'You will receive confirmation each time a payment is drafted.'
lacks pay_review.plain 'Auto Pay</h3>' 'name="autopay"'
has pay_review.autopay_fault 'Turn one off first.' 'Start again'
lacks pay_review.autopay_fault '<form method="post" action="/billing/pay/'
has pay_make.card 'Pay your bill automatically using this payment method' 'value="due_date" checked'
lacks pay_make.card 'name="autopay" value="1" aria-describedby="autopay-hint" checked'
has pay_make.autopay 'name="autopay" value="1" aria-describedby="autopay-hint" checked' 'id="schedule-error"' 'id="older" name="older" value="1" checked' 'aria-describedby="schedule-split-hint"' "Half of the month's total on the 1st, the remaining half on the 15th"
lacks pay_make.total 'automatically using'
has pay_outcome.pending 'Auto Pay is on. You will receive confirmation each time a payment is drafted. <a href="/billing/autopay">Manage Auto Pay</a>'
lacks pay_outcome.success 'Auto Pay is on.'
has methods_method.autopay '<h2 id="autopay">Auto Pay</h2>' 'Turn off Auto Pay</label>' 'method="get" action="/billing/autopay/new"' 'name="method" value="16"' 'href="/billing/autopay/7/off"' 'Hosting &amp; &lt;b&gt;Domains'
lacks methods_method.card '<h2 id="autopay">'
has methods_remove.autopay 'Its Auto Pay is turned off.' 'not the backup of your Auto Pay any more'
lacks methods_remove.plain 'Auto Pay is turned off'
has methods_bank.new 'Pay your bill automatically using this payment method' '<legend>Schedule</legend>' 'id="schedule-due_date" name="schedule" value="due_date" checked' "Half of the month's total on the 1st, the remaining half on the 15th"
lacks methods_bank.errors 'id="schedule-error"'
has methods_card.errors 'name="autopay" value="1" aria-describedby="autopay-hint" checked' 'href="#schedule"' 'id="schedule-error"'
lacks methods_card.new 'name="schedule"'
has methods_remove.plain 'Remove <bdi>Visa ending 4242</bdi>?' 'payment service is deleted' 'action="/billing/methods/16/remove"' '>Remove</button>' '>Cancel</a>'
has methods_remove.open 'Removing the method does not stop it.'
has pay_make.other '>One payment can be from $1.00 to $100,000.00.<' 'id="what" tabindex="-1" aria-describedby="what-hint"' '<details id="check-by-mail">' '<summary>Check (By Mail)</summary>' 'Mail the check to:' \
  '<bdi>P. O. Box 411470</bdi>' 'Write your account number <strong>3418205</strong> on the check.' 'Please allow up to 5 business days for payments to be reflected in your account.' \
  'If choosing to receive a paper bill, you may be charged a Paper Invoice Fee of $10.00<' 'Any returned payment is subject to a Return Fee of $25.00<' \
  '<details id="wire-transfer">' '<summary>Wire Transfer</summary>' '>000123456789<' '>021000021<' 'Give your account number <strong>3418205</strong> with the transfer.' 'Please allow up to 2 business days for payments to be reflected in your account.<'
lacks pay_make.other_hostile 'Paper Invoice Fee' 'Return Fee'
has pay_make.other_hostile '&lt;script&gt;alert(1)' '&lt;b&gt;021000021'
lacks pay_make.total 'Other ways to pay' 'Check (By Mail)' 'Wire Transfer' 'id="what-hint"'
has pay_make.closed 'Online payment is not offered.' '<details id="check-by-mail" open>'
lacks pay_make.closed '<form class="r-form' 'Wire Transfer' 'There is nothing to pay' 'Process Payment'
has pay_make.closed_alone 'You can pay it together with your next invoice.'
lacks pay_make.closed_alone '<form class="r-form' 'Other ways to pay' 'There is nothing to pay'
lacks pay_make.nothing 'Other ways to pay'
has invoices_home.full 'Paper bill</dt><dd>By mail, with a Paper Invoice Fee of <span class="r-money">$10.00</span> on each invoice<' '<nav class="r-help" aria-labelledby="help">' 'href="/help/payment">How to make a payment</a>' \
  'href="https://northfork.example/videos">Videos</a>' 'href="https://northfork.example/help">More Resources</a>'
lacks invoices_home.plain 'Paper bill' 'class="r-help"' 'More Resources'
has invoices_home.plain 'href="https://northfork.example/help">Help</a>'
has invoices_home.hostile 'href="/help&quot; onmouseover'
has documents_list.full '<h1>Reports / Documents</h1>' '>Statements of 2026</h2>' '>Closing Balance</th>' 'aria-label="Download PDF, November 2026">PDF</a>' 'aria-label="Download CSV, October 2026">CSV</a>' 'Too long for a file' 'aria-current="true">2026<' \
  'aria-label="Tax-Year Summary 2025">2025</a>' 'href="/billing/payments">Payment History</a>'
lacks documents_list.full 'No statements yet' '2026-09.pdf'
has documents_list.empty 'No statements yet.'
lacks documents_list.empty '<table' 'Tax-Year' 'A receipt is with each payment'
has documents_statement.running '<tr role="row" id="d-2026-11-03">' '<h1>Statement of November 2026</h1>' '<dt>Closing Balance so far</dt>' '>Opening Balance</td>' '>Closing Balance so far</td>' '>Download PDF</a>' '>Download CSV</a>' '&lt;b&gt;Visa&lt;/b&gt; ending 4242' '$4,446.18' \
  'Entries that are booked later for this month are in a later copy.'
lacks documents_statement.running 'id="d-2026-11-01"' 'Brought Forward' 'Next page' 'Previous page' 'than a PDF holds'
has documents_statement.middle 'Brought Forward' '−$12.50' 'rel="next"' 'rel="prev"' 'This month has more entries than a PDF holds. Its CSV has all of them.'
lacks documents_statement.middle '>Closing Balance</td>' '>Download PDF</a>'
has documents_statement.empty 'Nothing was booked in this month.' '>Closing Balance</td>'
has documents_year.running '<h1>Tax-Year Summary 2026</h1>' '<p class="r-lead">The year is not over: this is how it stands so far.</p>' '<dt>Closing Balance so far</dt>' '>Total so far</td>' '<p class="r-after">Nothing was booked in March, April and May.</p>' '>of which Tax</th>' '>Refunded / Returned</th>' '$24,692.36' '>Download PDF</a>' '>Download CSV</a>'
lacks documents_year.running 'r-empty'
has documents_year.empty 'Nothing was booked in this year.'
lacks documents_year.empty 'The year is not over' 'so far' '<table'
has login_sign_in.first 'href="/billing/login/reset">Forgot your password?</a>'
has login_sign_in.done 'r-banner-success'
has login_reset.first '<h1>Reset your password</h1>' 'action="/billing/login/reset"' 'autocomplete="username"' '>Send the link</button>'
lacks login_reset.first 'is on its way'
has login_reset.sent 'If that email belongs to one of our users, a link is on its way to it.' 'within 30 minutes' '>Send another link</button>'
has login_reset.wrong 'id="email-error"' 'href="#email">'
has login_password.reset '<h1>Choose a new password</h1>' 'action="/billing/login/password"' '>New Password<' '>Retype New Password<' 'autocomplete="new-password"' 'At least 8 characters.' '>Save password</button>' \
  'autocomplete="username" value="ashley@cloudser.example" readonly hidden'
has login_password.invitation 'Welcome, <bdi>Ashley &lt;i&gt;Palacol' '>Save and sign in</button>' 'id="password-error"' 'id="again-error"'
has login_link_over.plain '<h1>This link cannot be used</h1>' 'href="/billing/login/reset">Ask for a new link</a>'
has login_profile.plain '<h1>Profile</h1>' '<nav class="r-filters" aria-label="Your account">' 'aria-current="page">Profile</a>' 'value="Ashley Palacol"' 'ashley@cloudser.example' 'To change it, please contact Northfork Hosting' \
  'href="/billing/account/switch">Switch account</a>' '<a href="/billing/account"><bdi>Ashley Palacol</bdi></a>'
lacks invoices_home.plain 'Switch account' 'href="/billing/account"'
has login_profile.wrong 'id="name-error"' '&lt;b&gt;&quot;Ashley&quot;&lt;/b&gt;'
has login_change_password.plain '>Current Password<' '>New Password<' '>Retype New Password<' 'autocomplete="current-password"' '>Change password</button>' 'Everywhere else you will be signed out'
has login_change_password.wrong 'id="current-error"' 'id="password-error"' 'id="again-error"'
has login_sessions.three '<h1>My Sessions</h1>' '>Device<' '>Address<' '>Signed in<' '>Last seen<' 'This session</span>' 'name="session" value="h1"' '>Sign out everywhere</button>' 'name="everywhere" value="1"'
has login_switch.eight '<h1>Switch Account</h1>' '>Site<' '>Account Number<' '>City<' '<p>1 - 3 of 8</p>' '<p>Page 1 of 3</p>' '>Next page</a>' '>View all</a>' 'You are here' 'name="account" value="3850266"' 'page=1&amp;all=1'
lacks login_switch.eight 'Previous page' 'Find an account' 'name="account" value="3418205"'
has login_switch.found 'Find an account' 'type="search"' 'Previous page' '>Show every account</a>'
lacks login_switch.found '>View all</a>'
has login_switch.nothing 'None of your accounts has that in its site, number or city.'
lacks login_switch.nothing '<table' 'r-paging'
has login_access.three '<h1>Who Has Access</h1>' '>Name<' '>Email<' '>Security Level<' '>Last seen<' '>Never<' 'please contact Northfork Hosting' '>You</span>' '&lt;i&gt;Clerk'
lacks login_access.three '<form class="r-form'

[ $failed -eq 0 ] && echo 'render_test: passed'
exit $failed
