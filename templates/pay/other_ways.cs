<?cs # ways to pay that are not this page's; nothing where the provider offers none. Account.Number; Closed.Text (then they stand open);
  Other.Check.PayTo, Address.N.Text, Notice, PaperFee, ReturnFee (the fees may be absent);
  Other.Wire.AccountNumber, RoutingNumber, BankName, AccountName, Swift (the last three may be empty)
?><?cs if:Other.Check.PayTo || Other.Wire.AccountNumber ?><section class="r-card r-other" aria-labelledby="other-ways">
  <h2 id="other-ways">{{Other ways to pay}}</h2><?cs if:Other.Check.PayTo ?>
  <details id="check-by-mail"<?cs if:Closed.Text ?> open<?cs /if ?>>
    <summary>{{Check (By Mail)}}</summary>
    <div class="r-other-words">
      <p>{{Mail the check to:}}</p>
      <p class="r-strong"><bdi><?cs var:Other.Check.PayTo ?></bdi><?cs each:line = Other.Check.Address ?><br>
        <bdi><?cs var:line.Text ?></bdi><?cs /each ?></p>
      <p>{{Write your account number <strong><?cs var:Account.Number ?></strong> on the check.}}</p>
      <p><?cs var:Other.Check.Notice ?></p><?cs if:Other.Check.PaperFee ?>
      <p>{{If choosing to receive a paper bill, you may be charged a Paper Invoice Fee of <?cs var:Other.Check.PaperFee ?>}}</p><?cs /if ?><?cs if:Other.Check.ReturnFee ?>
      <p>{{Any returned payment is subject to a Return Fee of <?cs var:Other.Check.ReturnFee ?>}}</p><?cs /if ?>
    </div>
  </details><?cs /if ?><?cs if:Other.Wire.AccountNumber ?>
  <details id="wire-transfer"<?cs if:Closed.Text ?> open<?cs /if ?>>
    <summary>{{Wire Transfer}}</summary>
    <div class="r-other-words">
      <dl class="r-facts"><?cs if:Other.Wire.AccountName ?>
        <div><dt>{{Account Name}}</dt><dd><bdi><?cs var:Other.Wire.AccountName ?></bdi></dd></div><?cs /if ?>
        <div><dt>{{Account Number}}</dt><dd class="r-code"><?cs var:Other.Wire.AccountNumber ?></dd></div>
        <div><dt>{{Routing Number}}</dt><dd class="r-code"><?cs var:Other.Wire.RoutingNumber ?></dd></div><?cs if:Other.Wire.BankName ?>
        <div><dt>{{Bank}}</dt><dd><bdi><?cs var:Other.Wire.BankName ?></bdi></dd></div><?cs /if ?><?cs if:Other.Wire.Swift ?>
        <div><dt>{{SWIFT Code}}</dt><dd class="r-code"><?cs var:Other.Wire.Swift ?></dd></div><?cs /if ?>
      </dl>
      <p>{{Give your account number <strong><?cs var:Account.Number ?></strong> with the transfer.}}</p>
      <p>{{Please allow up to 2 business days for payments to be reflected in your account.}}</p>
    </div>
  </details><?cs /if ?>
</section>
<?cs /if ?>
