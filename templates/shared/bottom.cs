<?cs # end of every page: Site.Name, Site.Support.Email, .Phone, .Url
?></main>
</div>
<footer class="r-footer">
  <div class="r-footer-inner">
    <p><?cs var:Site.Name ?></p><?cs if:Site.Support.Email || Site.Support.Phone || Site.Support.Url ?>
    <ul aria-label="Support"><?cs if:Site.Support.Phone ?>
      <li><a href="tel:<?cs var:Site.Support.Phone ?>"><?cs var:Site.Support.Phone ?></a></li><?cs /if ?><?cs if:Site.Support.Email ?>
      <li><a href="mailto:<?cs var:Site.Support.Email ?>"><?cs var:Site.Support.Email ?></a></li><?cs /if ?><?cs if:Site.Support.Url ?>
      <li><a href="<?cs var:Site.Support.Url ?>">Help</a></li><?cs /if ?>
    </ul><?cs /if ?>
  </div>
</footer>
</body>
</html>
