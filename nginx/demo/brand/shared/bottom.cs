<?cs # the end of every page in another provider's look: Site.Name, Site.Support.Email, .Phone (may be empty)
?></main>
</div>
<footer class="harbor-foot">
  <div class="harbor-foot-inner">
    <p><?cs var:Site.Name ?>, at your side since 1998</p><?cs if:Site.Support.Phone ?>
    <p><a href="tel:<?cs var:Site.Support.Phone ?>"><?cs var:Site.Support.Phone ?></a></p><?cs /if ?><?cs if:Site.Support.Email ?>
    <p><a href="mailto:<?cs var:Site.Support.Email ?>"><?cs var:Site.Support.Email ?></a></p><?cs /if ?>
  </div>
</footer>
</body>
</html>
