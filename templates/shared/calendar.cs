<?cs # a month: Calendar.Title ("November 2026"), .WeekDays.N.Name, .Weeks.N.Free flag (nothing in it), .Weeks.N.Days.N.* (empty of another month): Number, Iso, WeekDay, Month, Today flag, Events.N.Kind (a class), .Text,
  .Amount, .Name (a method), .Url (each may be absent); Calendar.Previous, .Next, .Current: .Url, .Title (may be absent); Calendar.Empty flag; Calendar.More.Text, .Url (may be absent)
?><nav class="r-months" aria-label="{{Months}}"><?cs if:Calendar.Previous.Url ?>
  <a rel="prev" href="<?cs var:Calendar.Previous.Url ?>"><?cs var:Calendar.Previous.Title ?></a><?cs /if ?>
  <strong aria-current="true"><?cs var:Calendar.Title ?></strong><?cs if:Calendar.Next.Url ?>
  <a rel="next" href="<?cs var:Calendar.Next.Url ?>"><?cs var:Calendar.Next.Title ?></a><?cs /if ?><?cs if:Calendar.Current.Url ?>
  <a class="r-months-now" href="<?cs var:Calendar.Current.Url ?>">{{Back to <?cs var:Calendar.Current.Title ?>}}</a><?cs /if ?>
</nav><?cs if:Calendar.Empty ?>
<p class="r-empty r-calendar-empty">{{Nothing happened and nothing is due in <?cs var:Calendar.Title ?>.}}</p><?cs /if ?>
<table class="r-calendar" role="table">
  <caption class="r-hidden">{{Activity Calendar, <?cs var:Calendar.Title ?>}}</caption>
  <thead role="rowgroup"><tr role="row"><?cs each:day = Calendar.WeekDays ?>
    <th role="columnheader" scope="col"><?cs var:day.Name ?></th><?cs /each ?>
  </tr></thead>
  <tbody role="rowgroup"><?cs each:week = Calendar.Weeks ?>
  <tr role="row"<?cs if:week.Free ?> class="r-week-free"<?cs /if ?>><?cs each:day = week.Days ?><?cs if:day.Number ?>
    <td role="cell" class="<?cs if:!subcount(day.Events) ?>r-day-free<?cs else ?>r-day-full<?cs /if ?><?cs if:day.Today ?> r-day-today<?cs /if ?>">
      <p class="r-day"><time datetime="<?cs var:day.Iso ?>"<?cs if:day.Today ?> aria-current="date"<?cs /if ?>>{{<span class="r-day-words"><?cs var:day.WeekDay ?>, <?cs var:day.Month ?> </span><?cs var:day.Number ?><span class="r-day-words"></span>}}</time><?cs if:day.Today ?> <span class="r-today">{{Today}}</span><?cs /if ?></p><?cs if:subcount(day.Events) ?>
      <ul><?cs each:event = day.Events ?>
        <li class="r-event r-event-<?cs var:event.Kind ?>"><?cs if:event.Url ?><a href="<?cs var:event.Url ?>">{{<?cs var:event.Text ?><span class="r-hidden"> on <?cs var:day.Month ?> <?cs var:day.Number ?></span>}}</a><?cs else ?><?cs var:event.Text ?><?cs /if ?><?cs if:event.Amount ?> <span class="r-event-amount"><?cs var:event.Amount ?></span><?cs /if ?><?cs if:event.Name ?> <bdi><?cs var:event.Name ?></bdi><?cs /if ?></li><?cs /each ?>
      </ul><?cs /if ?>
    </td><?cs else ?>
    <td role="cell" class="r-day-none"></td><?cs /if ?><?cs /each ?>
  </tr><?cs /each ?>
  </tbody>
</table><?cs if:Calendar.More.Text ?>
<p class="r-after r-muted"><?cs var:Calendar.More.Text ?> <a href="<?cs var:Calendar.More.Url ?>">{{Open invoices by due date}}</a></p><?cs /if ?>
