<?cs # the tabs of the pages about the user: Tabs.N.Title, .Url; Tabs.N.Current (may be absent)
?><nav class="r-filters" aria-label="{{Your account}}">
  <ul><?cs each:tab = Tabs ?>
    <li><a href="<?cs var:tab.Url ?>"<?cs if:tab.Current ?> aria-current="page"<?cs /if ?>><?cs var:tab.Title ?></a></li><?cs /each ?>
  </ul>
</nav>
