<?cs # a month of activity: Calendar.* (see shared/calendar.cs)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<p class="r-back"><a href="<?cs var:Site.Base ?>/">{{Account Overview}}</a></p>
<h1>{{Activity Calendar}}</h1>
<div class="r-card">
<?cs include:"shared/calendar.cs" ?>
</div>
<?cs include:"shared/bottom.cs" ?>
