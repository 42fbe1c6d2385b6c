<?cs # where "View Terms" of shared/card.cs leads, on the same page so that nothing typed is lost: Card.Terms
?><section class="r-terms" id="card-terms" tabindex="-1" aria-labelledby="card-terms-title">
  <h2 id="card-terms-title">{{Credit card terms}}</h2>
  <p class="r-lines-kept"><?cs var:Card.Terms ?></p>
  <p class="r-after"><a href="#terms">{{Back to the card}}</a></p>
</section>
