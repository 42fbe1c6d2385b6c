<?cs # beside the button of a form with a new card: what static/card.js says while it is checked, in data-; needs no values
?><p class="r-wait" id="card-status" role="status"
    data-unavailable="{{The card fields cannot be loaded right now. Nothing was charged. Try again in a minute or use a saved payment method.}}"
    data-late="{{The card service did not answer in time. Nothing was charged. Try again.}}"
    data-loading="{{The card fields are still loading. Try again in a moment.}}"
    data-slow="{{This takes longer than usual. You can send it again: nothing is done twice.}}"
    data-asking="{{Checking the card…}}"
    data-sending="{{Sending…}}"
    data-expiry="{{MM / YY}}"></p>
