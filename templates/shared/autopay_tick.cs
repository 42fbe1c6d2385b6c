<?cs # the tick that leads to Auto Pay once a new method is saved, and its schedule: Fields.Autopay.Checked; what shared/schedules.cs needs. Sends autopay (1)
?><div class="r-check">
      <input type="checkbox" id="autopay" name="autopay" value="1" aria-describedby="autopay-hint"<?cs if:Fields.Autopay.Checked ?> checked<?cs /if ?>>
      <label for="autopay">{{Pay your bill automatically using this payment method}}</label>
      <p class="r-hint" id="autopay-hint">{{After it is saved you choose what to include, and see what will be drafted before Auto Pay is on.}}</p>
    </div>
    <div class="r-unfold r-unfold-chosen"><?cs include:"shared/schedules.cs" ?></div>
