<?cs # the Billing tile as a fragment for the provider's dashboard; values: see shared/tile.cs
?><?cs include:"shared/tile.cs" ?>
