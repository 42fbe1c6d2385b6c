<?cs # the tick that leads to Auto Pay once a new method is saved: Fields.Autopay.Checked. Sends autopay (1)
?><div class="r-check">
      <input type="checkbox" id="autopay" name="autopay" value="1" aria-describedby="autopay-hint"<?cs if:Fields.Autopay.Checked ?> checked<?cs /if ?>>
      <label for="autopay">Pay your bill automatically using this payment method</label>
      <p class="r-hint" id="autopay-hint">After it is saved you choose when, and see what will be drafted.</p>
    </div>
