<?cs # a link that was used, is too old, or never was: needs no values of its own
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<div class="r-door">
<h1>{{This link cannot be used}}</h1>
<p class="r-lead">{{It was used already, it is too old, or it is not whole. Links to reset a password work once, within 30 minutes; invitations within 7 days.}}</p>
<p class="r-actions"><a class="r-button" href="<?cs var:Site.Base ?>/login/reset">{{Ask for a new link}}</a> <a class="r-quiet-link" href="<?cs var:Site.Base ?>/login">{{Sign in}}</a></p>
</div>
<?cs include:"shared/bottom.cs" ?>
