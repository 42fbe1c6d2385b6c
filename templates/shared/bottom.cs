<?cs # end of every page: Site.Name, Site.Support.Email, .Phone, .Url; Site.Help.N.Label, .Url (may be absent)
?></main>
</div>
<footer class="r-footer">
  <div class="r-footer-inner"><?cs if:subcount(Site.Help) ?>
    <nav class="r-help" aria-labelledby="help">
      <h2 id="help">{{Help}}</h2>
      <ul><?cs each:link = Site.Help ?>
        <li><a href="<?cs var:link.Url ?>"><?cs var:link.Label ?></a></li><?cs /each ?><?cs if:Site.Support.Url ?>
        <li><a href="<?cs var:Site.Support.Url ?>">{{More Resources}}</a></li><?cs /if ?>
      </ul>
    </nav><?cs /if ?>
    <p><?cs var:Site.Name ?></p><?cs if:Site.Support.Email || Site.Support.Phone || (Site.Support.Url && !subcount(Site.Help)) ?>
    <ul aria-label="{{Support}}"><?cs if:Site.Support.Phone ?>
      <li><a href="tel:<?cs var:Site.Support.Phone ?>"><?cs var:Site.Support.Phone ?></a></li><?cs /if ?><?cs if:Site.Support.Email ?>
      <li><a href="mailto:<?cs var:Site.Support.Email ?>"><?cs var:Site.Support.Email ?></a></li><?cs /if ?><?cs if:Site.Support.Url && !subcount(Site.Help) ?>
      <li><a href="<?cs var:Site.Support.Url ?>">{{Help}}</a></li><?cs /if ?>
    </ul><?cs /if ?>
  </div>
</footer>
</body>
</html>
