<?cs # when payments are made, unfolded by the tick before it: Autopay.Schedules.N.Name, Text, Checked; Fields.Schedule.Error. Sends schedule (a Name).
  Id for the error summary: schedule
?><fieldset class="r-choices r-choices-inside<?cs if:Fields.Schedule.Error ?> r-field-wrong<?cs /if ?>" id="schedule" tabindex="-1"<?cs call:described("schedule", "", Fields.Schedule.Error) ?>>
      <legend>{{Schedule}}</legend>
      <?cs call:error_line("schedule", Fields.Schedule.Error) ?><?cs each:schedule = Autopay.Schedules ?><?cs call:schedule_choice(schedule) ?><?cs /each ?>
    </fieldset>
